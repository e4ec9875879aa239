import { once } from "node:events"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DocumentError } from "@doorward/oauth-core"
import { freePort } from "@doorward/test-support/free-port"
import { describe, expect, onTestFinished, test } from "vitest"
import type { Check } from "../../src/doctor/check.ts"
import { examine } from "../../src/doctor/examine.ts"
import { otherAddressesOf } from "../../src/doctor/other-addresses.ts"
import { backendServer } from "../support/backend-server.ts"
import { serveEmulator } from "../support/emulator.ts"
import { environmentFor } from "../support/stack.ts"

/** What the doctor says of the backends in a file; their names are the first words of its checks. */
async function checksOf(backends: string): Promise<readonly Check[]> {
  const emulator = await serveEmulator()
  onTestFinished(() => emulator.close())
  const folder = mkdtempSync(join(tmpdir(), "doorward-doctor-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, "doorward.yaml")
  writeFileSync(file, `backends:\n${backends}`)
  const checks: Check[] = []
  for await (const check of examine(environmentFor(emulator.url, 8000, folder), { file })) {
    if (check.name.startsWith("backend ")) {
      checks.push({ ...check, detail: check.detail.replaceAll(folder, ".") })
    }
  }
  return checks
}

describe("the doctor and the backends", () => {
  test("says what a backend speaks and offers", async () => {
    const backend = await backendServer("read", "write")
    onTestFinished(() => backend.close())
    expect(await checksOf(`  a: { url: ${backend.url}, identity: true }\n`)).toEqual([
      {
        name: "backend a",
        outcome: "passed",
        detail: "Answers in MCP 2026-07-28 as a backend 1.2.3: 2 tools, 0 prompts, 0 resources.",
      },
    ])
  })

  test("names rules for tools that are not there, with their lines", async () => {
    const backend = await backendServer("delete_repository")
    onTestFinished(() => backend.close())
    const tools = "{ delete_repo: { roles: [Admin] } }"
    const [, policy, ...others] = await checksOf(
      `  a:\n    url: ${backend.url}\n    policy:\n      tools: ${tools}\n`,
    )
    expect(policy).toEqual({
      name: "backend a",
      outcome: "failed",
      detail:
        "./doorward.yaml:5: backends.a.policy.tools.delete_repo is a rule for a tool that the backend does not list. Is delete_repository meant?",
    })
    expect(others).toEqual([])
  })

  test("names rules for prompts and resources too, and patterns that match nothing", async () => {
    const backend = await backendServer("read_issue")
    onTestFinished(() => backend.close())
    const policy =
      "{ tools: { 'read_*': {}, 'drop_*': {} }, prompts: { secret: {} }, resources: { 'file:///**': {} } }"
    const checks = await checksOf(`  a: { url: ${backend.url}, policy: ${policy} }\n`)
    const place = "./doorward.yaml:2: backends.a.policy"
    expect(checks.slice(1)).toEqual([
      {
        name: "backend a",
        outcome: "failed",
        detail: `${place}.tools.drop_* is a rule for a tool that the backend does not list.`,
      },
      {
        name: "backend a",
        outcome: "unknown",
        detail: `${place}.prompts.secret is a rule for a prompt that the backend does not list.`,
      },
      {
        name: "backend a",
        outcome: "unknown",
        detail: `${place}.resources.file:///** is a rule for a resource that the backend does not list.`,
      },
    ])
  })

  test("names a backend that is away, and one that is no MCP server", async () => {
    const page = createServer((_, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<h1>Hello</h1>")
    }).listen(0, "127.0.0.1")
    await once(page, "listening")
    onTestFinished(() => void page.close())
    const away = await freePort()
    const { port } = page.address() as AddressInfo
    const checks = await checksOf(
      `  away: { url: http://127.0.0.1:${away}/mcp }\n  page: { url: http://127.0.0.1:${port}/ }\n`,
    )
    expect(checks).toEqual([
      {
        name: "backend away",
        outcome: "failed",
        detail: expect.stringMatching(
          `^http://127.0.0.1:${away}/mcp cannot be used: .*correct backends.away.$`,
        ),
      },
      {
        name: "backend page",
        outcome: "failed",
        detail: expect.stringMatching(`^http://127.0.0.1:${port}/ cannot be used: `),
      },
    ])
  })

  test("a backend that answers at another address of the machine is open beside Doorward", async () => {
    const server = createServer().listen(0, "127.0.0.2")
    await once(server, "listening")
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const url = new URL(`http://127.0.0.1:${port}/mcp`)
    expect(await otherAddressesOf(url, ["127.0.0.2", "127.0.0.3"])).toEqual([`127.0.0.2:${port}`])
    expect(await otherAddressesOf(new URL("http://backend.internal/mcp"))).toBe("elsewhere")
  })
})

describe("the doctor and client documents", () => {
  const file = (text: string) => {
    const folder = mkdtempSync(join(tmpdir(), "doorward-doctor-"))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const path = join(folder, "doorward.yaml")
    writeFileSync(path, `baseUrl: https://mcp.example.com\nsecret: ${"A".repeat(43)}\n${text}`)
    return path
  }
  async function documents(text: string, reached: readonly string[]): Promise<Check | undefined> {
    const emulator = await serveEmulator()
    onTestFinished(() => emulator.close())
    const environment = environmentFor(emulator.url, 8000, "/nowhere")
    const fetchDocument = async ({ host }: URL) => {
      if (!reached.includes(host)) throw new DocumentError("the host did not answer", true)
      return { status: 404, headers: new Headers(), body: new Uint8Array() }
    }
    for await (const check of examine(environment, { file: file(text) }, fetchDocument)) {
      if (check.name === "client documents") return check
    }
    return undefined
  }

  test("can be fetched where any answer comes", async () => {
    expect(await documents("", ["claude.ai", "chatgpt.com"])).toMatchObject({ outcome: "passed" })
  })

  test("that do not get out are a mistake, with both ways to fix it", async () => {
    const check = await documents("clientMetadata: { hosts: [a.example, b.example] }\n", [
      "a.example",
    ])
    expect(check).toMatchObject({
      outcome: "failed",
      detail: expect.stringMatching(
        /^Cannot be fetched: b\.example cannot be reached\..*clientMetadata\.enabled: false/,
      ),
    })
  })

  test("that are off need not be fetched", async () => {
    expect(await documents("clientMetadata: { enabled: false }\n", [])).toMatchObject({
      outcome: "passed",
    })
  })
})
