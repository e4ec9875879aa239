import { mkdtempSync, rmSync, statSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { freePort } from "@doorward/test-support/free-port"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { ConfigurationProblems, readConfiguration, startServer } from "../src/index.ts"
import { environmentFor } from "./support/stack.ts"

const complete = {
  AZURE_TENANT_ID: "8b1a9953-c461-4e2b-9a3f-0f1e2d3c4b5a",
  AZURE_CLIENT_ID: "1a10cfee-f60f-4261-91f2-8d23619ee0f9",
  AZURE_CLIENT_SECRET: "a-secret",
}

function problemsOf(environment: Record<string, string | undefined>): readonly string[] {
  try {
    readConfiguration(environment)
    return []
  } catch (error) {
    if (error instanceof ConfigurationProblems) return error.problems
    throw error
  }
}

describe("readConfiguration", () => {
  test("the sample settings are enough", () => {
    expect(readConfiguration(complete)).toMatchObject({
      MCP_BASE_URL: "http://localhost:8000",
      MCP_SERVER_HOST: "localhost",
      MCP_SERVER_PORT: 8000,
      MCP_REQUIRED_SCOPES: ["User.Read", "email", "openid"],
    })
  })

  test("an empty variable counts as missing", () => {
    expect(problemsOf({ ...complete, AZURE_TENANT_ID: "" })).toEqual([
      expect.stringMatching(/^AZURE_TENANT_ID is missing; set it to the Directory/),
    ])
  })

  test("every mistake has its line, with the variable first", () => {
    const problems = problemsOf({
      AZURE_CLIENT_ID: "my-app",
      MCP_SERVER_PORT: "http",
      MCP_BASE_URL: "http://mcp.example.com",
      MCP_STORE_URL: "mysql://localhost",
    })
    expect(problems.map((line) => line.split(" ")[0]).sort()).toEqual([
      "AZURE_CLIENT_ID",
      "AZURE_CLIENT_SECRET",
      "AZURE_TENANT_ID",
      "MCP_BASE_URL",
      "MCP_SERVER_PORT",
      "MCP_STORE_URL",
    ])
  })

  test("two credentials are a mistake, not a choice", () => {
    const problems = problemsOf({ ...complete, AZURE_FEDERATED_TOKEN_FILE: "/token" })
    expect(problems).toEqual([
      "AZURE_FEDERATED_TOKEN_FILE is set beside AZURE_CLIENT_SECRET; keep one credential",
    ])
  })

  test("beyond loopback the secret must be set, and the line says how to make one", () => {
    const problems = problemsOf({ ...complete, MCP_BASE_URL: "https://mcp.example.com" })
    expect(problems).toEqual([expect.stringMatching(/^DOORWARD_SECRET is missing; make one with/)])
  })

  test("listening for everybody needs the address that clients use", () => {
    const problems = problemsOf({ ...complete, MCP_SERVER_HOST: "0.0.0.0" })
    expect(problems).toEqual([expect.stringMatching(/^MCP_BASE_URL is missing/)])
  })
})

describe("startServer", () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "doorward-configuration-"))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const environment = async (more: Record<string, string> = {}) => ({
    ...environmentFor("http://localhost:1", await freePort(), folder),
    ...more,
  })

  test("a busy port stops it with a line that names the port and the variable", async () => {
    const busy = createServer()
    const port = await new Promise<number>((resolve) => {
      busy.listen(0, "localhost", () => {
        const address = busy.address()
        resolve(typeof address === "object" && address ? address.port : 0)
      })
    })
    await expect(
      environment({ MCP_SERVER_PORT: String(port) }).then(startServer),
    ).rejects.toMatchObject({
      problems: [expect.stringMatching(new RegExp(`^MCP_SERVER_PORT ${port} is in use`))],
    })
    busy.close()
  })

  test("a store that cannot be reached stops it with one line", async () => {
    const port = await freePort()
    await expect(
      environment({ MCP_STORE_URL: `redis://127.0.0.1:${port}` }).then(startServer),
    ).rejects.toMatchObject({ problems: [expect.stringMatching(/^MCP_STORE_URL names a store/)] })
  })

  test("a provider's mistake names the variable", async () => {
    await expect(
      environment({ AZURE_TENANT_ID: "common" }).then(startServer),
    ).rejects.toMatchObject({ problems: [expect.stringMatching(/^AZURE_ALLOWED_TENANTS /)] })
  })

  test("a proxy range that is none names the variable", async () => {
    await expect(
      environment({ MCP_TRUSTED_PROXIES: "everybody" }).then(startServer),
    ).rejects.toMatchObject({ problems: [expect.stringMatching(/^MCP_TRUSTED_PROXIES /)] })
  })

  test("for development the secret is made once, readable to its owner only", async () => {
    const first = await startServer(await environment())
    await first.close()
    const { mode, mtimeMs } = statSync(join(folder, "secret"))
    expect(mode & 0o777).toBe(0o600)
    const second = await startServer(await environment())
    await second.close()
    expect(statSync(join(folder, "secret")).mtimeMs).toBe(mtimeMs)
  })

  test("a base URL with a path has everything below it, and the metadata where clients look", async () => {
    const port = await freePort()
    const base = `http://localhost:${port}/team`
    const server = await startServer(
      await environment({ MCP_SERVER_PORT: String(port), MCP_BASE_URL: base }),
    )
    onTestFinished(() => server.close())
    const refused = await fetch(`${base}/mcp`, { method: "POST" })
    expect(refused.status).toBe(401)
    expect(refused.headers.get("www-authenticate")).toContain(
      `http://localhost:${port}/.well-known/oauth-protected-resource/team/mcp`,
    )
    const metadata = await fetch(
      `http://localhost:${port}/.well-known/oauth-authorization-server/team`,
    )
    expect(await metadata.json()).toMatchObject({
      issuer: base,
      token_endpoint: `${base}/token`,
    })
    expect((await fetch(`${base}/token`, { method: "POST" })).status).toBe(415)
    expect(await (await fetch(base)).text()).toContain(`${base}/grants`)
  })

  test("it says whether it is alive and ready", async () => {
    const server = await startServer(await environment())
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
    await server.close()
  })
})
