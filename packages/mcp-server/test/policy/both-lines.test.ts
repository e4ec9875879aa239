import {
  allOf,
  identifying,
  ruleCases,
  ruledPolicy,
  sdk1TwoOfEach,
  shownAndUsable,
  twoOfEach,
} from "@doorward/test-support/policy-cases"
import { createMcpHandler } from "@modelcontextprotocol/server"
import { Hono } from "hono"
import { describe, expect, test } from "vitest"
import { type Policy, protectMcp, type ServeMcp } from "../../src/index.ts"
import { sdk1Sessions, sdk1Stateless } from "../../src/sdk1.ts"
import { RESOURCE, type signToken, verifierFor } from "../support/issuer.ts"
import { connectSdk1, connectSdk2 } from "../support/sdk-clients.ts"

type Claims = Parameters<typeof signToken>[0]

function appWith(serve: ServeMcp, policy: Policy): Hono {
  const app = new Hono()
  protectMcp(app, {
    path: "/mcp",
    resource: RESOURCE,
    verifier: identifying(verifierFor()),
    authorizationServers: ["https://auth.example"],
    serve,
    policy,
  })
  return app
}

const servers = [
  ["2.x", () => createMcpHandler(twoOfEach).fetch],
  ["1.x with sessions", () => sdk1Sessions(sdk1TwoOfEach)],
  ["1.x without", () => sdk1Stateless(sdk1TwoOfEach)],
] as const

const clients = [
  ["1.x", async (app: Hono, claims: Claims) => (await connectSdk1(app, claims)).client],
  ["2.x, older era", (app: Hono, claims: Claims) => connectSdk2(app, "legacy", claims)],
  ["2.x, newer era", (app: Hono, claims: Claims) => connectSdk2(app, "auto", claims)],
] as const

describe.each(servers)("a server of %s", (_, serve) => {
  describe.each(clients)("and a client of %s", (_, connect) => {
    test.each(Object.entries(ruleCases))(
      "%s decide calls and lists",
      async (_, [rule, met, unmet]) => {
        const app = appWith(serve(), ruledPolicy(rule))
        const everything = allOf("free", "ruled")
        const whoMeetsIt = await connect(app, met)
        expect(await shownAndUsable(whoMeetsIt)).toEqual({ shown: everything, usable: everything })
        const whoDoesNot = await connect(app, unmet)
        const free = allOf("free")
        expect(await shownAndUsable(whoDoesNot)).toEqual({ shown: free, usable: free })
      },
    )

    test("what no rule names is closed by default: deny", async () => {
      const client = await connect(appWith(serve(), { default: "deny", ...ruledPolicy({}) }), {})
      const ruled = allOf("ruled")
      expect(await shownAndUsable(client)).toEqual({ shown: ruled, usable: ruled })
    })
  })
})
