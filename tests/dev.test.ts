import { once } from "node:events"
import { type AddressInfo, createServer } from "node:net"
import { examine } from "doorward"
import { describe, expect, onTestFinished, test } from "vitest"
import { freePorts, runDev } from "./run-dev.ts"

test("the whole flow runs once on free ports, with one line for each step", async () => {
  const dev = await runDev(["--once"])
  expect(await dev.exit).toBe(0)
  await dev.says("The flow passed")
  expect(dev.output()).toMatch(/The flow passed for http:\/\/localhost:\d+\/mcp/)
  expect(dev.output().match(/^✓ +\d+ {2}.* ms$/gm)).toHaveLength(13)
  expect(dev.output()).not.toContain("→")
}, 120_000)

test("--verbose prints what each step sends and receives", async () => {
  const dev = await runDev(["--once", "--verbose"])
  expect(await dev.exit).toBe(0)
  await dev.says("The flow passed")
  expect(dev.output()).toMatch(/→ POST http:\/\/localhost:\d+\/token\n/)
}, 120_000)

test("the stack runs the flow, says where everything is, and Ctrl-C ends all of it", async () => {
  const { env, emulator, server } = await freePorts()
  const dev = await runDev([], { env })
  await dev.says("Ctrl-C ends it")
  expect(dev.output()).toContain("The flow passed")
  expect(dev.output()).toContain(
    `claude mcp add --transport http doorward http://localhost:${server}/mcp`,
  )
  expect((await fetch(`http://localhost:${server}/`)).status).toBe(200)

  const box = dev.output().match(/^[┌│└].*$/gm) ?? []
  expect(box.join("\n")).toContain(`http://localhost:${emulator}, in place of Microsoft Entra ID`)
  expect(Math.max(...box.map((line) => line.length))).toBeLessThanOrEqual(80)

  // What another project is told to put into its .env is a registration that works.
  const settings = [...dev.output().matchAll(/^(AZURE_\w+)=(.*)$/gm)].map(([, name, value]) => [
    name,
    value,
  ])
  const outcomes = []
  for await (const { name, outcome } of examine(Object.fromEntries(settings))) {
    outcomes.push(`${name} ${outcome}`)
  }
  expect(outcomes).toEqual(
    expect.arrayContaining(["tenant passed", "credential passed", "redirect URI passed"]),
  )

  dev.child.kill("SIGINT")
  expect(await dev.exit).toBe(0)
  for (const port of [emulator, server]) {
    await expect(fetch(`http://localhost:${port}/`)).rejects.toThrow()
  }
}, 120_000)

describe("the command line", () => {
  test("unknown arguments are refused, each with the nearest known one, and nothing starts", async () => {
    const dev = await runDev(["--onse", "verbose", "--once", "--port=1"])
    expect(await dev.exit).toBe(2)
    await dev.says("Usage: pnpm dev")
    expect(dev.output().split("\n").slice(0, 4)).toEqual([
      "--onse is not an option; did you mean --once?",
      "verbose is not an option; did you mean --verbose?",
      "--port is not an option.",
      "",
    ])
    expect(dev.output()).not.toContain("listens")
  })

  test.each([
    [["--upstream"], "--upstream needs a URL after it."],
    [["--"], "-- must be followed by a command."],
    [["--", "--once"], "--once follows --, where a command must be; options go before it."],
    [
      ["--upstream", "http://127.0.0.1:9/mcp", "--", "node"],
      "--upstream cannot be combined with a command after --.",
    ],
  ])("%j is refused, and nothing starts", async (args, problem) => {
    const dev = await runDev(args)
    expect(await dev.exit).toBe(2)
    await dev.says("Usage: pnpm dev")
    expect(dev.output().split("\n")[0]).toBe(problem)
    expect(dev.output()).not.toContain("listens")
  })

  test("--help prints how to use it, in 80 columns", async () => {
    const dev = await runDev(["--help"])
    expect(await dev.exit).toBe(0)
    await dev.says("--verbose")
    expect(dev.output()).toMatch(/^Usage: pnpm dev/)
    expect(
      Math.max(
        ...dev
          .output()
          .split("\n")
          .map(({ length }) => length),
      ),
    ).toBeLessThanOrEqual(80)
  })
})

test.each(["ENTRA_EMULATOR_PORT", "MCP_SERVER_PORT", "TEST_CLIENT_PORT"])(
  "a busy port stops it with one line that names the port and %s",
  async (variable) => {
    const busy = createServer()
    onTestFinished(() => void busy.close())
    await once(busy.listen(0, "127.0.0.1"), "listening")
    const { port } = busy.address() as AddressInfo
    const { env } = await freePorts()
    const dev = await runDev([], { env: { ...env, [variable]: String(port) } })
    expect(await dev.exit).toBe(1)
    await dev.says("another port")
    expect(dev.output().trim()).toBe(
      `Port ${port} is in use: stop what listens there, or set ${variable} to another port.`,
    )
  },
)

test("a wrong setting stops it before anything starts", async () => {
  const { env } = await freePorts()
  const dev = await runDev([], { env: { ...env, MCP_CONSNT: "remember" } })
  expect(await dev.exit).toBe(1)
  await dev.says("MCP_CONSNT is not a setting of this server; did you mean MCP_CONSENT?")
  expect(dev.output()).not.toContain("listens")
})
