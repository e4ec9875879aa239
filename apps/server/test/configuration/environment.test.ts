import { mkdtempSync, rmSync, statSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { freePort } from "@doorward/test-support/free-port"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { ConfigurationError, readConfiguration, startServer } from "../../src/index.ts"
import { problemLine } from "../../src/wrong-setting.ts"
import { environmentFor } from "../support/stack.ts"

const complete = {
  AZURE_TENANT_ID: "8b1a9953-c461-4e2b-9a3f-0f1e2d3c4b5a",
  AZURE_CLIENT_ID: "1a10cfee-f60f-4261-91f2-8d23619ee0f9",
  AZURE_CLIENT_SECRET: "a-secret",
}

/** What is wrong, as the command line prints it. */
function problemsOf(environment: Record<string, string | undefined>): readonly string[] {
  try {
    readConfiguration(environment)
    return []
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems.map(problemLine)
    throw error
  }
}

describe("readConfiguration", () => {
  test("the sample settings are enough", () => {
    expect(readConfiguration(complete)).toMatchObject({
      baseUrl: "http://localhost:8000",
      listen: { host: "localhost", port: 8000 },
      entra: { scopes: ["User.Read", "email", "openid"] },
    })
  })

  test("an empty variable counts as missing", () => {
    expect(problemsOf({ ...complete, AZURE_TENANT_ID: "" })).toEqual([
      expect.stringMatching(/^AZURE_TENANT_ID is missing; set it to the Directory/),
    ])
  })

  test("every mistake is told at once, each with its variable", () => {
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

  test("mistakes that concern several variables are told together with the others", () => {
    const problems = problemsOf({
      AZURE_TENANT_ID: complete.AZURE_TENANT_ID,
      AZURE_CLIENT_ID: "my-app",
      MCP_BASE_URL: "https://mcp.example.com",
    })
    expect(problems).toEqual([
      expect.stringMatching(/^AZURE_CLIENT_ID must be/),
      expect.stringMatching(/^AZURE_CLIENT_SECRET is missing/),
      expect.stringMatching(/^DOORWARD_SECRET is missing/),
    ])
  })

  test.each([
    ["MCP_SEVER_PORT", "8080", "MCP_SERVER_PORT"],
    ["MCP_TRUSTED_PROXY", "10.0.0.0/8", "MCP_TRUSTED_PROXIES"],
    ["DOORWARD_SECRETS", "s", "DOORWARD_SECRET"],
    ["AZURE_AUTHORITY_HOSTS", "https://login.example", "AZURE_AUTHORITY_HOST"],
  ])("%s is refused, and the nearest setting named", (name, value, nearest) => {
    expect(problemsOf({ ...complete, [name]: value })).toEqual([
      `${name} is not a setting of this server; did you mean ${nearest}?`,
    ])
  })

  test("a certificate that was pasted instead of its path is not printed", () => {
    const { AZURE_CLIENT_SECRET: _, ...others } = complete
    const pasted = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\n-----END PRIVATE KEY-----"
    const [problem = ""] = problemsOf({ ...others, AZURE_CLIENT_CERTIFICATE_PATH: pasted })
    expect(problem).toMatch(/^AZURE_CLIENT_CERTIFICATE_PATH must be the path of/)
    expect(problem).not.toContain("MII")
  })

  test.each(["MCP_REGISTRATION", "DOORWARD_FLAVOUR"])("%s, near no setting, is refused", (name) => {
    expect(problemsOf({ ...complete, [name]: "x" })).toEqual([
      `${name} is not a setting of this server; unset it`,
    ])
  })

  test.each([
    [
      "the host's own AZURE_*",
      { AZURE_CONFIG_DIR: "/root/.azure", AZURE_HTTP_USER_AGENT: "cloud", AZURE_TOKEN: "x" },
    ],
    // Two characters from AZURE_CLIENT_ID, which is set.
    ["an AZURE_* near a setting that is set", { AZURE_CLIENT_IDS: "x" }],
    ["the test client's", { DOORWARD_CLIENT_SECRET: "s" }],
    ["an MCP client's", { MCP_TIMEOUT: "30000", MCP_TOOL_TIMEOUT: "60000" }],
    [
      "those of a Service in Kubernetes",
      {
        DOORWARD_SERVICE_HOST: "10.0.0.1",
        DOORWARD_SERVICE_PORT_HTTP: "80",
        DOORWARD_PORT: "tcp://10.0.0.1:80",
        DOORWARD_PORT_80_TCP_ADDR: "10.0.0.1",
      },
    ],
    ["everything without these prefixes", { PATH: "/bin", AZURITE: "x", MCPX_BASE_URL: "x" }],
  ])("variables of others are left alone: %s", (_, others) => {
    expect(problemsOf({ ...complete, ...others })).toEqual([])
  })

  test.each(["localhost", "127.0.0.1", "127.1.2.3", "::1", "dev.localhost"])(
    "listening on %s is for development",
    (host) => {
      expect(problemsOf({ ...complete, MCP_SERVER_HOST: host })).toEqual([])
    },
  )

  test("listening on every interface needs the address that clients use", () => {
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
      problems: [
        {
          option: "MCP_SERVER_PORT",
          message: expect.stringMatching(new RegExp(`^is ${port}, which is in use;`)),
        },
      ],
    })
    busy.close()
  })

  test("a store that cannot be reached stops it with one line", async () => {
    const port = await freePort()
    await expect(
      environment({ MCP_STORE_URL: `redis://127.0.0.1:${port}` }).then(startServer),
    ).rejects.toMatchObject({
      problems: [{ option: "MCP_STORE_URL", message: expect.stringMatching(/^names a store/) }],
    })
  })

  test("a provider's mistake names the variable", async () => {
    await expect(
      environment({ AZURE_TENANT_ID: "common" }).then(startServer),
    ).rejects.toMatchObject({ problems: [{ option: "AZURE_ALLOWED_TENANTS" }] })
  })

  test("a wrong proxy range names the variable", async () => {
    await expect(
      environment({ MCP_TRUSTED_PROXIES: "everybody" }).then(startServer),
    ).rejects.toMatchObject({ problems: [{ option: "MCP_TRUSTED_PROXIES" }] })
  })

  test("for development the secret is made once, readable by its owner only", async () => {
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
      `${base}/.well-known/oauth-protected-resource/mcp`,
    )
    const inserted = `http://localhost:${port}/.well-known/oauth-protected-resource/team/mcp`
    expect(await (await fetch(inserted)).json()).toMatchObject({ resource: `${base}/mcp` })
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

  test("its health routes say whether it is alive and ready", async () => {
    const server = await startServer(await environment())
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
    await server.close()
  })
})
