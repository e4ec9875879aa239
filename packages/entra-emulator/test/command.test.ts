import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { runCommand } from "../src/command.ts"
import { defaultTenant, serveEntraEmulator } from "../src/index.ts"

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url))
let folder = ""
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "entra-emulator-"))
})
afterAll(() => rm(folder, { recursive: true }))

function start(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [main, ...args], { env: { PATH: "", ...env } })
  const output = { out: "", err: "" }
  child.stdout.on("data", (data) => {
    output.out += data
  })
  child.stderr.on("data", (data) => {
    output.err += data
  })
  const ended = once(child, "close").then(([code]) => ({ code: code as number, ...output }))
  const listening = async () => {
    while (!output.out.includes("\n")) {
      await Promise.race([once(child.stdout, "data"), ended])
      if (child.exitCode !== null) throw new Error(output.err)
    }
    return output.out.trim().replace("entra-emulator listens on ", "")
  }
  return { child, ended, listening }
}

/** Runs the command in this process, for a start that ends by itself. */
async function run(args: string[]) {
  const written = { out: "", err: "" }
  const code = await runCommand(
    args,
    {},
    {
      stdout: { write: (text) => (written.out += text) },
      stderr: { write: (text) => (written.err += text) },
    },
  )
  return { code, ...written }
}

describe("the command", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("listens until %s", async (signal) => {
    const { child, ended, listening } = start(["--port", "0"])
    const origin = await listening()
    const url = `${origin}/${defaultTenant.id}/v2.0/.well-known/openid-configuration`
    const metadata = (await (await fetch(url)).json()) as Record<string, string>
    expect(metadata.issuer).toBe(`${origin}/${defaultTenant.id}/v2.0`)
    expect((await fetch(origin)).status).toBe(200)
    child.kill(signal)
    expect(await ended).toEqual({
      code: 0,
      out: `entra-emulator listens on ${origin}\n`,
      err: "",
    })
  })

  it("reads its settings from the environment and a JSON file", async () => {
    const file = join(folder, "options.json")
    const tenants = [{ id: defaultTenant.id, domains: ["tailspin.example"], name: "Tailspin" }]
    const issuerBase = "https://login.microsoftonline.com"
    await writeFile(file, JSON.stringify({ tenants, apps: [], users: [], issuerBase }))
    const env = { ENTRA_EMULATOR_PORT: "0", ENTRA_EMULATOR_CONFIG: file }
    const { child, ended, listening } = start([], env)
    const path = "tailspin.example/v2.0/.well-known/openid-configuration"
    const answer = await fetch(`${await listening()}/${path}`)
    expect(await answer.json()).toMatchObject({
      issuer: `https://login.microsoftonline.com/${defaultTenant.id}/v2.0`,
    })
    child.kill()
    await ended
  })

  it("serves over https and writes its certificate", async () => {
    const file = join(folder, "certificate.pem")
    const { child, ended, listening } = start(["--port", "0", "--https", file])
    expect(await listening()).toMatch(/^https:\/\/localhost:\d+$/)
    expect(await readFile(file, "utf8")).toMatch(/^-----BEGIN CERTIFICATE-----\n/)
    child.kill()
    await ended
  })

  it("says in one line that its port is in use", async () => {
    const served = await serveEntraEmulator()
    const { port } = new URL(served.origin)
    expect(await run(["--port", port])).toEqual({
      code: 1,
      out: "",
      err: `Port ${port} on localhost is in use. Set ENTRA_EMULATOR_PORT (--port) to another.\n`,
    })
    await served.close()
  })

  it("refuses wrong settings, naming the variable", async () => {
    const bad = join(folder, "bad.json")
    await writeFile(bad, '{"tennants": []}')
    const rows: [string[], string][] = [
      [["--host", "0.0.0.0"], "ENTRA_EMULATOR_HOST (--host) must be this machine"],
      [["--port", "lots"], "ENTRA_EMULATOR_PORT (--port) must be a whole number"],
      [["--config", join(folder, "none.json")], "ENTRA_EMULATOR_CONFIG (--config)"],
      [["--config", bad], `${bad}: tennants is not an option; did you mean tenants?`],
      [["--nonsense"], "Usage: entra-emulator"],
    ]
    for (const [args, text] of rows) {
      const { code, err } = await run(args)
      expect(code).toBe(2)
      expect(err).toContain(text)
    }
  })

  it("shows its usage", async () => {
    const { code, out } = await run(["--help"])
    expect(code).toBe(0)
    expect(out).toContain("--config")
  })
})
