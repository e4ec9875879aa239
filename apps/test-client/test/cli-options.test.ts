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
    [["mcp"], "the MCP server: not a URL: mcp"],
    [["file:///x"], "not a URL: file:///x"],
    [[URL_TEXT, URL_TEXT], "one URL only"],
    [[URL_TEXT, "--era", "old"], "--era is modern or legacy"],
    [[URL_TEXT, "--port", "x"], "--port: not a number: x"],
    [[URL_TEXT, "--port", "65536"], "--port"],
    [[URL_TEXT, "--timeout", "-1"], "--timeout"],
    [[URL_TEXT, "--redirect-uri", "cb"], "--redirect-uri: not a URL"],
    [[URL_TEXT, "--unknown"], "--unknown"],
  ])("%j is a mistake that is named", (args, message) => {
    expect(() => parseCliOptions(args)).toThrow(message)
  })
})
