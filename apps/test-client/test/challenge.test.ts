import fc from "fast-check"
import { expect, test } from "vitest"
import { bearerChallenge, parseChallenges } from "../src/protocol/challenge.ts"

test.each([
  ["Bearer", [{ scheme: "bearer", parameters: {} }]],
  ['bearer realm="x"', [{ scheme: "bearer", parameters: { realm: "x" } }]],
  [
    'Bearer error="a \\"b\\" \\\\ c", Scope = "x y" ,resource_metadata=https://a.example/b',
    [
      {
        scheme: "bearer",
        parameters: { error: 'a "b" \\ c', scope: "x y", resource_metadata: "https://a.example/b" },
      },
    ],
  ],
  [
    'Basic realm="a, Bearer b", Bearer scope="x", DPoP algs="ES256"',
    [
      { scheme: "basic", parameters: { realm: "a, Bearer b" } },
      { scheme: "bearer", parameters: { scope: "x" } },
      { scheme: "dpop", parameters: { algs: "ES256" } },
    ],
  ],
  [
    "Negotiate, Bearer scope=x",
    [
      { scheme: "negotiate", parameters: {} },
      { scheme: "bearer", parameters: { scope: "x" } },
    ],
  ],
  ['Bearer scope="first", scope="second"', [{ scheme: "bearer", parameters: { scope: "first" } }]],
  ["", []],
])("%j", (header, expected) => {
  expect(parseChallenges(header)).toEqual(expected)
})

test("of several Bearer challenges, the one with resource metadata is used", () => {
  const header = 'Bearer realm="a", Bearer resource_metadata="https://a.example/"'
  const response = new Response(null, { headers: { "www-authenticate": header } })
  expect(bearerChallenge(response)?.parameters).toEqual({ resource_metadata: "https://a.example/" })
})

test("any header is read without an error, in bounded time", () => {
  const part = fc.constantFrom("Bearer", " ", ",", "=", '"', "\\", "scope", 'a="b"', "a=b")
  fc.assert(
    fc.property(fc.array(fc.oneof(part, fc.string()), { maxLength: 200 }), (parts) => {
      parseChallenges(parts.join(""))
    }),
  )
})
