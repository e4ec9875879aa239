import { existsSync } from "node:fs"
import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { readConfiguration } from "../../src/index.ts"
import { startDoorward, terminalAtHand } from "../support/running-doorward.ts"

const tenantId = "8b1a9953-c461-4e2b-9a3f-0f1e2d3c4b5a"
const clientId = "1a10cfee-f60f-4261-91f2-8d23619ee0f9"

/** Runs `doorward init` with these lines as its input, which ends after them. */
async function answer(lines: readonly string[], files: Readonly<Record<string, string>> = {}) {
  const doorward = await startDoorward(["init"], {}, files)
  doorward.write(lines.map((line) => `${line}\n`).join(""))
  doorward.end()
  const code = await doorward.exit
  const path = join(doorward.folder, "doorward.yaml")
  return {
    code,
    output: doorward.output(),
    path,
    written: existsSync(path) ? await readFile(path, "utf8") : undefined,
    folder: doorward.folder,
  }
}

describe("the file", () => {
  test("has what was answered, and the usual for what was not", async () => {
    const { code, path, written, output } = await answer([tenantId, clientId, "", "", "", "", ""])
    expect(code).toBe(0)
    expect(written).toMatch(/^# yaml-language-server: \$schema=https:.*\.json$/m)
    expect(written?.match(/^# /gm)?.length).toBeGreaterThan(3)
    expect(written).not.toMatch(/\n\n\n|\n\n$/)
    const environment = { AZURE_CLIENT_SECRET: "the-secret" }
    const configuration = readConfiguration(environment, { file: path })
    expect(configuration).toMatchObject({
      baseUrl: "http://localhost:8000",
      listen: { host: "localhost", port: 8000 },
      backends: {},
      entra: { tenantId, clientId, clientSecret: "the-secret" },
    })
    expect(configuration.store).toBeUndefined()
    expect(output).toContain("redirect URI http://localhost:8000/auth/callback")
    expect(output).toContain("set AZURE_CLIENT_SECRET in the environment")
    expect(output).toMatch(/doorward doctor .*\n +doorward /)
  })

  test("is for a server that others can reach, with secrets from elsewhere", async () => {
    const { code, path, output, folder } = await answer(
      [
        "organizations",
        `${tenantId}, *`,
        clientId,
        "secret",
        "./entra-secret",
        "https://mcp.example.com/door/",
        "http://127.0.0.1:9000/mcp",
        "redis://cache.example.com:6379",
      ],
      { "entra-secret": "the-secret\n" },
    )
    expect({ code, output }).toMatchObject({ code: 0 })
    expect(output).toContain("set DOORWARD_SECRET in the environment")
    // The path in the file is relative to the folder that the server runs in.
    const text = (await readFile(path, "utf8")).replace("./entra-secret", `${folder}/entra-secret`)
    await writeFile(path, text)
    const environment = { DOORWARD_SECRET: Buffer.alloc(32, 1).toString("base64url") }
    expect(readConfiguration(environment, { file: path })).toMatchObject({
      baseUrl: "https://mcp.example.com/door",
      secret: environment.DOORWARD_SECRET,
      store: "redis://cache.example.com:6379",
      entra: { allowedTenants: [tenantId, "*"], clientSecret: "the-secret" },
      backends: { mcp: { url: "http://127.0.0.1:9000/mcp" } },
    })
  })

  test.each([
    [["managed-identity", ""], { managedIdentity: "system" }],
    [["managed-identity", clientId], { managedIdentity: clientId }],
    [["workload-identity", "/var/run/token"], { federatedTokenFile: "/var/run/token" }],
    [["certificate", "key.pem"], { certificate: { path: Buffer.from("a key") } }],
  ])("has the credential %j", async (credential, entra) => {
    const lines = [tenantId, clientId, ...credential, "http://127.0.0.1:9123", "npx -y server", ""]
    const { code, path, folder } = await answer(lines, { "key.pem": "a key" })
    expect(code).toBe(0)
    const text = (await readFile(path, "utf8")).replace("key.pem", `${folder}/key.pem`)
    await writeFile(path, text)
    expect(readConfiguration({}, { file: path })).toMatchObject({
      entra,
      listen: { host: "127.0.0.1", port: 9123 },
      backends: { mcp: { command: ["npx", "-y", "server"] } },
    })
  })

  test("is the one that --config names, which the next commands name too", async () => {
    const doorward = await startDoorward(["init", "--config", "my.yaml"])
    doorward.write(`${tenantId}\n${clientId}\n\n\n\n\n\n`)
    expect(await doorward.exit).toBe(0)
    expect(doorward.output()).toContain("doorward doctor --config my.yaml")
    expect(existsSync(join(doorward.folder, "my.yaml"))).toBe(true)
    expect(existsSync(join(doorward.folder, "doorward.yaml"))).toBe(false)
  })
})

describe("a wrong answer", () => {
  test("is asked for again, with the reason", async () => {
    const secret = "abC8Q~dEf.9-secret"
    const { code, output, written } = await answer([
      "",
      "not a tenant",
      tenantId,
      "not-a-guid",
      clientId,
      "password",
      "constructor",
      "secret",
      secret,
      "",
      "http://mcp.example.com",
      "",
      "ftp://127.0.0.1/mcp",
      "127.0.0.1:9000/mcp",
      'node "my server.js"',
      "",
      "mysql://db.example.com",
      "postgres://user:hidden@db.example.com/x",
      "",
    ])
    expect(code).toBe(0)
    const reasons = [...output.matchAll(/^ {2}It (.*)\.$/gm)].map(([, reason]) => reason)
    expect(reasons).toEqual([
      "is needed",
      expect.stringContaining("must be the Directory (tenant) ID"),
      expect.stringContaining("must be the Application (client) ID"),
      expect.stringContaining("must be one of secret, certificate"),
      expect.stringContaining("must be one of secret, certificate"),
      expect.stringContaining("must be the name of an environment variable"),
      expect.stringContaining("must be the https address"),
      expect.stringContaining("must be a URL that begins with http"),
      expect.stringContaining("looks like a URL"),
      expect.stringContaining("has quotes"),
      expect.stringContaining("must be memory:, sqlite"),
      expect.stringContaining("has a password"),
    ])
    expect(output + written).not.toContain(secret)
    expect(output + written).not.toContain("hidden")
  })

  test("is a certificate that cannot be read", async () => {
    const { code, output } = await answer([tenantId, clientId, "certificate", "none.pem"])
    expect(code).toBe(1)
    expect(output).toContain("none.pem cannot be read")
  })
})

describe.skipIf(!terminalAtHand)("at a terminal", () => {
  const begin = () => startDoorward(["init"], {}, {}, true)

  test("a line can be edited without losing its question", async () => {
    const doorward = await begin()
    await doorward.says("Directory (tenant) ID")
    // A backspace.
    doorward.write("commonx\x7f")
    await doorward.says("Directory (tenant) ID, or organizations: common\x1b")
    doorward.write("\r")
    await doorward.says("The tenants that may sign in")
  })

  test("Ctrl-C ends it, and nothing is written", async () => {
    const doorward = await begin()
    await doorward.says("Directory (tenant) ID")
    doorward.write(`${tenantId}\r`)
    await doorward.says("Application (client) ID")
    doorward.write("\x03")
    expect(await doorward.exit).toBe(1)
    expect(await doorward.says("Nothing was written.")).toContain("Application (client) ID.")
    expect(existsSync(join(doorward.folder, "doorward.yaml"))).toBe(false)
  })
})

describe("nothing is written", () => {
  test("if the input ends too early, and the open question is named", async () => {
    const { code, output, written } = await answer([tenantId, clientId])
    expect(code).toBe(1)
    expect(output).toMatch(/ended before this was answered: Credential.*Nothing was written\.\n$/)
    expect(written).toBeUndefined()
  })

  test("over a file that is there", async () => {
    const { code, output, written } = await answer([tenantId], { "doorward.yaml": "mine: true\n" })
    expect(code).toBe(1)
    expect(output).toBe("doorward.yaml exists already; move it away to start afresh\n")
    expect(written).toBe("mine: true\n")
  })

  test("over a file that somebody else has written in the meantime", async () => {
    const doorward = await startDoorward(["init"])
    doorward.write(`${tenantId}\n${clientId}\n\n\n\n\n`)
    await doorward.says("The store")
    const path = join(doorward.folder, "doorward.yaml")
    await writeFile(path, "theirs: true\n")
    doorward.write("\n")
    expect(await doorward.exit).toBe(1)
    expect(doorward.output()).toMatch(/doorward\.yaml exists already; .*\n$/)
    expect(await readFile(path, "utf8")).toBe("theirs: true\n")
  })

  test("into a folder that does not exist, and a line says so", async () => {
    const doorward = await startDoorward(["init", "--config", "no/such.yaml"])
    doorward.write(`${tenantId}\n${clientId}\n\n\n\n\n\n`)
    expect(await doorward.exit).toBe(1)
    expect(doorward.output()).toMatch(/^no\/such\.yaml cannot be written: ENOENT.*$/m)
  })
})
