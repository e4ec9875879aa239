import { fileURLToPath } from "node:url"
import {
  allOf,
  ruleCases,
  ruledPolicy,
  sdk1TwoOfEach,
  shownAndUsable,
  twoOfEach,
} from "@doorward/test-support/policy-cases"
import type { JWTPayload } from "jose"
import { describe, expect, test } from "vitest"
import { forwarding } from "./support/forwarding.ts"
import { connectSdk1, connectSdk2 } from "./support/mcp-clients.ts"
import { sessionServer, statelessServer } from "./support/mcp-servers.ts"
import { spawning } from "./support/spawning.ts"

const backends = [
  ["2.x", () => statelessServer(twoOfEach)],
  ["1.x with sessions", async () => (await sessionServer(sdk1TwoOfEach)).url],
] as const

const clients = [
  ["1.x", async (url: string, claims: JWTPayload) => (await connectSdk1(url, claims)).client],
  ["2.x, older era", (url: string, claims: JWTPayload) => connectSdk2(url, "legacy", claims)],
  ["2.x, newer era", (url: string, claims: JWTPayload) => connectSdk2(url, "auto", claims)],
] as const

describe.each(backends)("a backend of %s", (_, backend) => {
  describe.each(clients)("and a client of %s", (_, connect) => {
    test.each(Object.entries(ruleCases))(
      "%s decide calls and lists",
      async (_, [rule, met, unmet]) => {
        const { url } = await forwarding(await backend(), {}, { policy: ruledPolicy(rule) })
        const everything = allOf("free", "ruled")
        const whoMeetsIt = await connect(url, met)
        expect(await shownAndUsable(whoMeetsIt)).toEqual({ shown: everything, usable: everything })
        const whoDoesNot = await connect(url, unmet)
        const free = allOf("free")
        expect(await shownAndUsable(whoDoesNot)).toEqual({ shown: free, usable: free })
      },
    )
  })
})

test.each(clients)("a stdio server and a client of %s", async (_, connect) => {
  const command = [
    process.execPath,
    fileURLToPath(import.meta.resolve("./support/servers/two-of-each.ts")),
  ]
  const [rule, met, unmet] = ruleCases.roles
  const { url } = await spawning(command, {}, { policy: ruledPolicy(rule) })
  const everything = allOf("free", "ruled")
  expect(await shownAndUsable(await connect(url, met))).toEqual({
    shown: everything,
    usable: everything,
  })
  const free = allOf("free")
  expect(await shownAndUsable(await connect(url, unmet))).toEqual({ shown: free, usable: free })
})
