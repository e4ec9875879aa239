import { describe, expect, test } from "vitest"
import { parseCliOptions } from "../src/cli-options.ts"

const URL_TEXT = "http://localhost:8000/mcp"

describe("options of the command", () => {
  test("defaults", () => {
    expect(parseCliOptions([URL_TEXT])).toMatchObject({
      mode: "browser",
      era: "legacy",
      json: false,
      port: 0,
      timeout: 30_000,
      url: new URL(URL_TEXT),
    })
  })

  test.each([
    [["--headless", URL_TEXT], { mode: "headless" }],
    [["--web"], { mode: "web", url: undefined }],
    [["-h"], { mode: "help" }],
    [[URL_TEXT, "--timeout", "5"], { timeout: 5000 }],
    [[URL_TEXT, "--redirect-uri", "http://localhost/cb"], { redirectUri: "http://localhost/cb" }],
  ])("%j", (args, expected) => {
    expect(parseCliOptions(args)).toMatchObject(expected)
  })

  test("a secret comes from the environment, or from the option", () => {
    const environment = { DOORWARD_CLIENT_SECRET: "from-environment" }
    const secret = (...args: string[]) => parseCliOptions(args, environment).clientSecret
    expect(secret(URL_TEXT)).toBe("from-environment")
    expect(secret(URL_TEXT, "--client-secret", "given")).toBe("given")
  })

  test.each([
    [[], "the URL of an MCP server is missing"],
    [["mcp"], "the address of the MCP server must be an http or https URL, not mcp"],
    [["file:///x"], "URL, not file:///x"],
    [[URL_TEXT, URL_TEXT], "one URL only"],
    [[URL_TEXT, "--era", "old"], "--era must be modern or legacy"],
    [[URL_TEXT, "--port", "x"], "--port must be a whole number of at most 65535, not x"],
    [[URL_TEXT, "--port", "65536"], "--port"],
    [[URL_TEXT, "--timeout", "-1"], "--timeout"],
    [[URL_TEXT, "--redirect-uri", "cb"], "--redirect-uri must be an http URL on this machine"],
    [
      [URL_TEXT, "--headless", "--redirect-uri", "cb"],
      "--redirect-uri must be an http or https URL",
    ],
    [
      [URL_TEXT, "--redirect-uri", "https://client.example/cb"],
      "--redirect-uri must be an http URL",
    ],
    [[URL_TEXT, "--unknown"], "--unknown is not an option"],
    [[URL_TEXT, "--client-metadata-uri", "x"], "; did you mean --client-metadata-url?"],
    [
      [URL_TEXT, "--headles", "--jsn"],
      "--headles is not an option; did you mean --headless?\n--jsn is not an option; did you mean --json?",
    ],
  ])("%j is a mistake that is named", (args, message) => {
    expect(() => parseCliOptions(args)).toThrow(message)
  })
})
