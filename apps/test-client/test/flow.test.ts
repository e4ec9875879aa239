import { McpServer } from "@modelcontextprotocol/server"
import { describe, expect, test } from "vitest"
import {
  ConfigurationError,
  type FlowEvent,
  headlessSignIn,
  runFlow,
  systemBrowserSignIn,
  terminalReport,
} from "../src/index.ts"
import { RESOURCE, text } from "./support/example-server.ts"
import { run } from "./support/run.ts"

const STEPS = [
  "call",
  "resource",
  "server",
  "register",
  "authorize",
  "sign-in",
  "callback",
  "token",
  "tools",
  "tool",
  "refusals",
  "refresh",
  "tool-again",
]

describe.each(["legacy", "modern"] as const)("the %s era", (era) => {
  test("every step passes against a server that does what it must", async () => {
    const { result, broken } = await run({}, { era })
    expect(broken).toEqual([])
    expect(result.steps.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual(
      STEPS.map((id) => `${id} passed`),
    )
    expect(result.ok).toBe(true)
  })

  test("the calls are made by that era's client", async () => {
    const { result } = await run({}, { era })
    const tools = result.steps.find(({ id }) => id === "tools")
    const version = era === "modern" ? "2026-07-28" : "2025-11-25"
    expect(tools?.notes).toContain(`example, protocol ${version}`)
    expect(tools?.notes).toContain("tools: whoami, write, fail")
  })
})

test("each step is announced before it is done and reported after it, in order", async () => {
  const events: FlowEvent[] = []
  await run({}, { onEvent: (event) => events.push(event) })
  expect(
    events.map((event) =>
      event.type === "step-started" ? `> ${event.id}` : `< ${event.step.id} ${event.step.number}`,
    ),
  ).toEqual(STEPS.flatMap((id, index) => [`> ${id}`, `< ${id} ${index + 1}`]))
})

test("the last call is made with the refreshed token", async () => {
  const sent: (string | null)[] = []
  const issued: string[] = []
  await run({
    twists: {
      "POST /mcp": (response, request) => {
        sent.push(request.headers.get("authorization"))
        return response
      },
      "POST /token": async (response) => {
        const body = await response.json()
        issued.push(`Bearer ${body.access_token}`)
        return Response.json(body, response)
      },
    },
  })
  expect(new Set(issued).size).toBe(2)
  expect(sent.filter((header) => header === issued[0]).length).toBeGreaterThan(0)
  expect(sent.at(-1)).toBe(issued[1])
})

describe("what is shown", () => {
  test("contains no token, code, verifier or cookie", async () => {
    const { result, server } = await run()
    const shown = JSON.stringify(result)
    for (const { code, code_verifier, refresh_token } of server.tokenRequests) {
      for (const secret of [code, code_verifier, refresh_token]) {
        if (secret) expect(shown).not.toContain(secret)
      }
    }
    expect(shown).not.toMatch(/eyJ[\w-]{20}/)
    expect(shown).toMatch(/Bearer \w{6}…\(\d+\)/)
  })

  test("is what was sent and what came back", async () => {
    const { result } = await run()
    const [call] = result.steps
    expect(call?.exchanges[0]).toMatchObject({
      request: { method: "POST", url: RESOURCE },
      response: { status: 401, headers: { "www-authenticate": expect.stringMatching(/^Bearer /) } },
    })
    const token = result.steps.find(({ id }) => id === "token")
    expect(token?.exchanges[0]?.request.body).toMatch(/grant_type=authorization_code/)
    const signIn = result.steps.find(({ id }) => id === "sign-in")
    expect(signIn?.exchanges.map(({ request }) => request.method)).toEqual(["GET", "POST"])
  })
})

describe("a tool", () => {
  test("that was asked for is called", async () => {
    const { result } = await run({}, { tool: "write" })
    expect(result.steps.find(({ id }) => id === "tool")?.notes).toEqual(["write: written"])
  })

  test.each(["legacy", "modern"] as const)(
    "that says it changes nothing is preferred where there is no whoami, in the %s era",
    async (era) => {
      const createServer = () => {
        const server = new McpServer({ name: "example", version: "1.0.0" })
        server.registerTool("write", {}, () => text("written"))
        server.registerTool("read", { annotations: { readOnlyHint: true } }, () => text("all"))
        return server
      }
      const { result } = await run({ createServer }, { era })
      expect(result.steps.find(({ id }) => id === "tool")?.notes).toEqual(["read: all"])
    },
  )

  test("that says it failed breaks its step, and the flow goes on", async () => {
    const { result, broken } = await run({}, { tool: "fail" })
    expect(broken).toEqual(["MUST tool-called", "MUST tool-called"])
    expect(result.steps).toHaveLength(STEPS.length)
    expect(result.ok).toBe(false)
  })

  test("that does not exist breaks its step", async () => {
    const { broken } = await run({}, { tool: "missing" })
    expect(broken).toContain("MUST tool-called")
  })
})

test("a server that can't be reached fails the first step, with the reason", async () => {
  const { result, failure } = await run(
    {},
    {
      fetch: async () => {
        throw new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") })
      },
    },
  )
  expect(failure).toBe("call: fetch failed: connect ECONNREFUSED")
  expect(result.steps[0]?.exchanges[0]?.error).toBe("fetch failed: connect ECONNREFUSED")
  expect(result.ok).toBe(false)
})

test("a server that does not answer fails its step after the timeout", async () => {
  const silent = (request: Request) =>
    new Promise<Response>((_, reject) => {
      request.signal.addEventListener("abort", () => reject(request.signal.reason))
    })
  const { failure } = await run({}, { fetch: silent, timeoutMilliseconds: 1 })
  expect(failure).toMatch(/^call: .*timeout/)
})

test("a server without sign-in has nothing to sign in to", async () => {
  const { failure, broken } = await run({
    twists: { "POST /mcp": () => Response.json({ jsonrpc: "2.0", id: 0, result: {} }) },
  })
  expect(broken).toEqual(["MUST token-required"])
  expect(failure).toContain("answers without a token")
})

test("the sign-in is closed when the flow ends early", async () => {
  let closed = 0
  const signIn = { ...headlessSignIn(), close: async () => void closed++ }
  await run({ twists: { "POST /mcp": () => new Response(null, { status: 500 }) } }, { signIn })
  expect(closed).toBe(1)
})

test("a page that it does not know stops the headless browser, with the page's words", async () => {
  const { failure } = await run({
    twists: {
      "GET /authorize": () =>
        new Response("<title>Sorry</title><p>Unknown <b>client</b>", {
          status: 400,
          headers: { "content-type": "text/html" },
        }),
    },
  })
  expect(failure).toBe(
    "sign-in: http://auth.localhost:9000/authorize (400 Sorry) has nothing to press: Sorry Unknown client",
  )
})

describe("options that are wrong", () => {
  const attempts: [string, () => unknown, Record<string, string>][] = [
    [
      "runFlow",
      () =>
        runFlow({
          url: "localhost:8000",
          signIn: {},
          eraa: "modern",
          timeoutMilliseconds: 0.5,
        } as never),
      {
        url: "must be the http or https URL of an MCP server",
        signIn: "must be a way to sign in, such as headlessSignIn()",
        timeoutMilliseconds: "must be a whole number",
        eraa: "is not an option; did you mean era?",
      },
    ],
    [
      "headlessSignIn",
      () => headlessSignIn({ usr: "bob", redirectUri: "callback" } as never),
      { redirectUri: "must be a URL", usr: "is not an option; did you mean user?" },
    ],
    [
      "systemBrowserSignIn",
      () =>
        systemBrowserSignIn({
          redirectUri: "https://client.example/cb",
          timeoutMilliseconds: "5",
        } as never),
      {
        redirectUri: "must be an http URL on this machine, such as http://127.0.0.1:0/callback",
        timeoutMilliseconds: "must be a number",
      },
    ],
    [
      "terminalReport",
      () => terminalReport(process.stdout, { breif: true } as never),
      { breif: "is not an option; did you mean brief?" },
    ],
  ]
  test.each(attempts)("%s names every mistake", async (_, attempt, expected) => {
    const error = await (async () => attempt())().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ConfigurationError)
    const { problems } = error as ConfigurationError
    expect(Object.fromEntries(problems.map(({ option, message }) => [option, message]))).toEqual(
      expected,
    )
  })
})
