import fc from "fast-check"
import { expect, test } from "vitest"
import { formatChallenge } from "../src/protocol/challenge.ts"
import { challengeOf } from "./support/endpoint.ts"

test("no text breaks out of its quotes, or out of the header", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom('", error="x', "\\", '\\"', "\r\nSet-Cookie: a=b", "\u0000", "é", '"'),
  )
  fc.assert(
    fc.property(hostile, hostile, hostile, (description, scope, resourceMetadataUrl) => {
      const header = formatChallenge({
        error: "invalid_token",
        description,
        scopes: [scope],
        resourceMetadataUrl,
        claims: '{"a":"é"}',
      })
      expect(header).toMatch(/^[\x20-\x7e]*$/)
      const response = new Response(null, { headers: { "www-authenticate": header } })
      const said = challengeOf(response)
      const names = ["error", ...(description ? ["error_description"] : [])]
      expect(Object.keys(said)).toEqual([...names, "scope", "resource_metadata", "claims"])
      expect(said.error_description ?? "").not.toMatch(/["\\]/)
      const printable = (text: string) => text.replace(/[^\x20-\x7e]/g, "?")
      expect(said.scope).toBe(printable(scope))
      expect(said.resource_metadata).toBe(printable(resourceMetadataUrl))
      expect(Buffer.from(said.claims ?? "", "base64").toString()).toBe('{"a":"é"}')
    }),
  )
})
