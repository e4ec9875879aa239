import fc from "fast-check"
import { expect, test } from "vitest"
import type { Policy, PolicyRule } from "../../src/index.ts"
import { bearer, endpoint } from "../support/endpoint.ts"
import { proxyOf } from "../support/issuer.ts"

const names = ["a", "ab", "a_b", "b", "files_read", "files_write"]
const uris = [
  "file:///a",
  "file:///a/b",
  "file:///a/b/c",
  "note://x/1",
  "file:///%61",
  "file:///a/../z",
]
const patterns = ["*", "a*", "*b", "files_*", ...names]
const uriPatterns = ["**", "file:///*", "file:///a/**", "note://*/*", "**/b", ...uris]

const few = <T>(values: readonly T[]) => fc.subarray([...values], { minLength: 1 })
const scopes = ["mcp.read", "mcp.write", "mcp.admin"]
const rule: fc.Arbitrary<PolicyRule> = fc.record(
  {
    scopes: few(scopes),
    roles: few(["Admin", "User"]),
    groups: few(["g-1", "g-2"]),
    tenants: few(["t-1", "t-2"]),
    people: few(["alice", "bob"]),
    clients: few(["client-1", "client-2"]),
    when: fc.constantFrom(
      () => true,
      () => false,
      async ({ name }: { name: string }) => name.length > 2,
    ),
  },
  { requiredKeys: [] },
)
const policy: fc.Arbitrary<Policy> = fc.record(
  {
    default: fc.constantFrom("allow", "deny"),
    tools: fc.dictionary(fc.constantFrom(...patterns), rule, { maxKeys: 3 }),
    prompts: fc.dictionary(fc.constantFrom(...patterns), rule, { maxKeys: 3 }),
    resources: fc.dictionary(fc.constantFrom(...uriPatterns), rule, { maxKeys: 3 }),
    scopeHierarchy: fc.dictionary(fc.constantFrom(...scopes), fc.subarray(scopes), { maxKeys: 2 }),
  },
  { requiredKeys: [] },
)
const caller = fc.record({
  claims: fc.record({
    sub: fc.constantFrom("alice", "bob"),
    client_id: fc.constantFrom("client-1", "client-2"),
    scope: fc.subarray(scopes).map((list) => list.join(" ")),
  }),
  identity: fc.record({
    roles: fc.subarray(["Admin", "User"]),
    groups: fc.subarray(["g-1", "g-2"]),
    tenantId: fc.constantFrom("t-1", "t-2"),
  }),
})

const everything: Readonly<Record<string, object>> = {
  "tools/list": { tools: names.map((name) => ({ name })) },
  "prompts/list": { prompts: names.map((name) => ({ name })) },
  "resources/list": { resources: uris.map((uri) => ({ uri })) },
}
const uses = [
  ["tools/list", "tools", "name", "tools/call", "name"],
  ["prompts/list", "prompts", "name", "prompts/get", "name"],
  ["resources/list", "resources", "uri", "resources/read", "uri"],
] as const

test("for any rules and any caller, a list shows exactly what a call allows", async () => {
  let shownInAll = 0
  let hiddenInAll = 0
  await fc.assert(
    fc.asyncProperty(
      policy,
      caller,
      fc.boolean(),
      async (rules, { claims, identity }, isStream) => {
        const { send } = endpoint({
          policy: rules,
          proxy: proxyOf(identity),
          serve: (_, { parsedBody }) => {
            const { method = "" } = parsedBody as { method?: string }
            const text = JSON.stringify({ jsonrpc: "2.0", id: 1, result: everything[method] ?? {} })
            return new Response(isStream ? `data: ${text}\n\n` : text, {
              headers: { "content-type": isStream ? "text/event-stream" : "application/json" },
            })
          },
        })
        const headers = await bearer(claims)
        const ask = (method: string, params: object) =>
          send({ json: { jsonrpc: "2.0", id: 1, method, params }, headers })
        for (const [list, member, nameMember, use, parameter] of uses) {
          const text = await (await ask(list, {})).text()
          const { result } = JSON.parse(text.replace(/^data: /, ""))
          const shown: string[] = result[member].map(
            (item: Record<string, string>) => item[nameMember],
          )
          const all = member === "resources" ? uris : names
          const allowed = []
          for (const name of all) {
            const { status } = await ask(use, { [parameter]: name })
            expect([200, 403]).toContain(status)
            if (status === 200) allowed.push(name)
          }
          expect(shown).toEqual(allowed)
          shownInAll += shown.length
          hiddenInAll += all.length - shown.length
        }
      },
    ),
    { numRuns: 150 },
  )
  // Neither is rare, so both are tried.
  expect(shownInAll).toBeGreaterThan(500)
  expect(hiddenInAll).toBeGreaterThan(500)
})

test("for any rules and any caller, a hidden template becomes nothing that may be read", async () => {
  const templates = [
    "file:///{name}",
    "file:///a/{name}",
    "file:///{+path}",
    "note://{x}/{y}",
    "{+uri}",
  ]
  const expansions = [...uris, "file:///b", "file:///a/z", "note://y/2", "file:///q/r/s"]
  await fc.assert(
    fc.asyncProperty(policy, caller, async (rules, { claims, identity }) => {
      const resourceTemplates = templates.map((uriTemplate) => ({ uriTemplate }))
      const { send } = endpoint({
        policy: rules,
        proxy: proxyOf(identity),
        serve: () => Response.json({ jsonrpc: "2.0", id: 1, result: { resourceTemplates } }),
      })
      const headers = await bearer(claims)
      const ask = (method: string, params: object) =>
        send({ json: { jsonrpc: "2.0", id: 1, method, params }, headers })
      const { result } = await (await ask("resources/templates/list", {})).json()
      const shown = result.resourceTemplates.map(
        (each: { uriTemplate: string }) => each.uriTemplate,
      )
      for (const template of templates) {
        const ref = { type: "ref/resource", uri: template }
        const { status } = await ask("completion/complete", { ref, argument: {} })
        expect(status === 200).toBe(shown.includes(template))
        if (shown.includes(template)) continue
        const isExpansion = new RegExp(
          `^${template.replace(/\{\+\w+\}/g, ".*").replace(/\{\w+\}/g, "[^/]*")}$`,
        )
        for (const uri of expansions.filter((each) => isExpansion.test(each))) {
          expect((await ask("resources/read", { uri })).status, `${template} ${uri}`).toBe(403)
        }
      }
    }),
    { numRuns: 150 },
  )
})
