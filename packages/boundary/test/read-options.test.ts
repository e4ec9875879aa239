import { describe, expect, test } from "vitest"
import { z } from "zod"
import {
  addProblem,
  ConfigurationError,
  despiteOtherProblems,
  functionOption,
  type OptionName,
  readOptions,
} from "../src/index.ts"

const schema = z
  .strictObject({
    baseUrl: z.string(),
    audience: z.union([z.string(), z.array(z.string())]),
    registration: z
      .union([z.boolean(), z.strictObject({ accessToken: z.string().min(32) })])
      .optional(),
    consent: z.enum(["always", "remember", "never"]).default("always"),
    lifetimes: z.strictObject({ accessToken: z.int().min(1).optional() }).default({}),
    clients: z.array(z.strictObject({ clientId: z.string({ error: "needs a name" }) })).default([]),
    tools: z.record(z.string(), z.strictObject({ scopes: z.array(z.string()) })).optional(),
    clientSecret: z.string().optional(),
    publicClient: z.literal(true).optional(),
    onEvent: functionOption<() => void>().optional(),
    badge: z.custom<"gold">((value) => value === "gold").optional(),
  })
  .superRefine((options, context) => {
    if (options.clientSecret !== undefined && options.publicClient) {
      addProblem(
        context,
        ["clientSecret"],
        (name) => `cannot be combined with ${name("publicClient")}`,
      )
    }
  }, despiteOtherProblems)

function problems(options: unknown, optionName?: OptionName): Record<string, string> {
  try {
    readOptions("oauthProxy", schema, options, { optionName })
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    return Object.fromEntries(error.problems.map(({ option, message }) => [option, message]))
  }
  return {}
}

const good = { baseUrl: "https://mcp.example.com", audience: "https://mcp.example.com/mcp" }

test("valid options are returned with their defaults", () => {
  expect(readOptions("oauthProxy", schema, good)).toEqual({
    ...good,
    consent: "always",
    lifetimes: {},
    clients: [],
  })
})

describe("a name that is not an option", () => {
  test.each([
    ["client", { client: [] }, "is not an option; did you mean clients?"],
    ["public", { public: true }, "is not an option; did you mean publicClient?"],
    ["registraton", { registraton: false }, "is not an option; did you mean registration?"],
    ["toolz", { toolz: {} }, "is not an option; did you mean tools?"],
    [
      "lifetimes.acessToken",
      { lifetimes: { acessToken: 1 } },
      "is not an option; did you mean lifetimes.accessToken?",
    ],
    [
      "clients.0.client_id",
      { clients: [{ clientId: "a", client_id: "a" }] },
      "is not an option; did you mean clients.0.clientId?",
    ],
    [
      "tools.echo.scope",
      { tools: { echo: { scopes: [], scope: [] } } },
      "is not an option; did you mean tools.echo.scopes?",
    ],
    [
      "registration.token",
      { registration: { accessToken: "a".repeat(32), token: "" } },
      "is not an option; remove it",
    ],
    ["colour", { colour: "blue" }, "is not an option; remove it"],
  ])("%s", (option, options, message) => {
    expect(problems({ ...good, ...options })).toEqual({ [option]: message })
  })
})

describe("a value that an option cannot have", () => {
  test.each([
    ["baseUrl", { baseUrl: undefined }, "is missing"],
    ["baseUrl", { baseUrl: 7 }, "must be a string"],
    ["audience", { audience: undefined }, "is missing"],
    ["audience", { audience: 7 }, "must be a string, or a list"],
    ["consent", { consent: "nevr" }, 'must be "always", "remember" or "never"'],
    ["registration", { registration: "no" }, "must be true or false, or an object"],
    [
      "registration.accessToken",
      { registration: { accessToken: "short" } },
      "must have at least 32 characters",
    ],
    ["lifetimes.accessToken", { lifetimes: { accessToken: 0 } }, "must be at least 1"],
    ["lifetimes.accessToken", { lifetimes: { accessToken: 1.5 } }, "must be a whole number"],
    ["clients", { clients: {} }, "must be a list"],
    ["clients.0.clientId", { clients: [{}] }, "needs a name"],
    ["publicClient", { publicClient: false }, "must be true"],
    ["onEvent", { onEvent: "log" }, "must be a function"],
    ["badge", { badge: "tin" }, "is not valid"],
  ])("%s", (option, options, message) => {
    expect(problems({ ...good, ...options })).toEqual({ [option]: message })
  })

  test("no options at all", () => {
    expect(problems(undefined)).toEqual({ "": "is missing" })
    expect(problems("yes")).toEqual({ "": "must be an object" })
  })
})

test("all mistakes are reported at once, one line each", () => {
  const options = {
    audience: good.audience,
    registraton: true,
    consent: "nevr",
    clients: [{}, {}],
    clientSecret: "s",
    publicClient: true,
    onEvent: "log",
  }
  const attempt = () => readOptions("oauthProxy", schema, options)
  expect(attempt).toThrow(TypeError)
  expect(attempt).toThrow(
    [
      "oauthProxy:",
      "  baseUrl is missing",
      '  consent must be "always", "remember" or "never"',
      "  clients.0.clientId needs a name",
      "  clients.1.clientId needs a name",
      "  onEvent must be a function",
      "  registraton is not an option; did you mean registration?",
      "  clientSecret cannot be combined with publicClient",
    ].join("\n"),
  )
  expect(() => readOptions("oauthProxy", schema, { audience: [] })).toThrow(
    "oauthProxy: baseUrl is missing",
  )
})

test("the error uses the reader's names for options", () => {
  const variables: Record<string, string> = {
    baseUrl: "MCP_BASE_URL",
    clientSecret: "AZURE_CLIENT_SECRET",
    publicClient: "AZURE_PUBLIC_CLIENT",
  }
  const options = { ...good, clientSecret: "s", publicClient: true }
  const names = (option: string) => variables[option] ?? option
  expect(problems(options, names)).toEqual({
    AZURE_CLIENT_SECRET: "cannot be combined with AZURE_PUBLIC_CLIENT",
  })
  expect(problems(options)).toEqual({ clientSecret: "cannot be combined with publicClient" })
  expect(problems({ audience: [] }, names)).toEqual({ MCP_BASE_URL: "is missing" })
})

test("a problem may be told by its place, while sentences name other options", () => {
  const context = {
    optionName: (option: string) => `$${option}`,
    placeOf: (option: string) => `line 7: ${option}`,
  }
  const given = { ...good, clientSecret: "s", publicClient: true }
  expect(() => readOptions("oauthProxy", schema, given, context)).toThrow(
    "oauthProxy: line 7: clientSecret cannot be combined with $publicClient",
  )
})

test("names are known inside an option that is filled in before it is checked", () => {
  const listen = z.strictObject({ port: z.int().default(8000) }).prefault({})
  const read = (options: unknown) => readOptions("serve", z.strictObject({ listen }), options)
  expect(read({})).toEqual({ listen: { port: 8000 } })
  expect(() => read({ listen: { prot: 1 } })).toThrow("did you mean listen.port?")
})
