import { randomBytes } from "node:crypto"
import { describe, expect, test } from "vitest"
import { ConfigurationError, type ForwardToOptions, forwardTo } from "../src/index.ts"
import { assertionSigner } from "./support/assertion-signer.ts"

const secret = randomBytes(32).toString("base64url")
const url = "http://127.0.0.1:9000/mcp"

function problems(options: object = { secret }, at: string = url): string[] {
  try {
    forwardTo(at, options as ForwardToOptions)
    return []
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    return error.problems.map(({ option, message }) => `${option} ${message}`)
  }
}

test("all mistakes are named at once, with the nearest name", () => {
  expect(problems({ secret: "short", maxInflight: 3, answerSeconds: 0 }, "ftp://x")).toEqual([
    "url must begin with http:// or https://",
    expect.stringMatching(
      /^secret must be 32 random bytes in base64url, base64 or hex; make one with/,
    ),
    expect.stringMatching(/^answerSeconds /),
    "maxInflight is not an option; did you mean maxInFlight?",
  ])
})

test.for([
  ["nonsense", /must be a URL such as/],
  ["https://user:pass@example.com/mcp", /must not hold a user name or password/],
  ["https://example.com/mcp#a", /must not have a fragment/],
] as const)("%s is no backend", ([text, message]) => {
  expect(problems({ secret }, text)).toEqual([expect.stringMatching(message)])
  expect(problems({ secret }, text)).not.toEqual([expect.stringContaining("pass@")])
})

test.for([[undefined], [""], [[]], [[secret, "x"]], [`${secret},`]])(
  "%j is no secret",
  ([given]) => {
    expect(problems({ secret: given })).toEqual([expect.stringMatching(/^secret /)])
  },
)

describe("headers", () => {
  test.for([
    ["Host", "a", "must be removed: nobody can set this header"],
    ["cookie", "a", "must be removed: nobody can set this header"],
    ["X-Forwarded-For", "a", "must be removed: nobody can set this header"],
    ["Mcp-Session-Id", "a", "must be removed: nobody can set this header"],
    ["Transfer-Encoding", "chunked", "must be removed: nobody can set this header"],
    ["a b", "a", "must be the name of a header"],
    ["X-Key", "a\r\nb", "must be visible ASCII, without blanks around it"],
    ["X-Doorward-Subject", "a", "is a header of identity.headers"],
    ["X-Doorward-Other", "a", "must not begin with X-Doorward-, which says who is calling"],
  ] as const)("%s: %j is refused", ([name, value, message]) => {
    expect(problems({ secret, headers: { [name]: value } })).toEqual([`headers.${name} ${message}`])
  })

  test("must be texts", () => {
    expect(problems({ secret, headers: { a: 1 } })).toEqual(["headers must be an object of texts"])
  })

  test("no header is set twice", () => {
    const proxy = assertionSigner()
    const identity = { assertion: { proxy }, upstreamToken: { scopes: ["a"] } }
    expect(problems({ secret, identity, headers: { authorization: "a" } })).toEqual([
      "headers.authorization is a header of identity.upstreamToken",
    ])
    const same = { ...identity, assertion: { proxy, header: "authorization" } }
    expect(problems({ secret, identity: same })).toEqual([
      "identity.upstreamToken.header is a header of identity.assertion",
    ])
    const spoofed = { assertion: { proxy, header: "X-Doorward-Subject" } }
    expect(problems({ secret, identity: spoofed })).toEqual([
      "identity.assertion.header is a header of identity.headers",
    ])
  })
})

test("the name is the host unless it is set", () => {
  expect(forwardTo(url, { secret }).name).toBe("127.0.0.1:9000")
  expect(forwardTo(url, { secret, name: "files" }).name).toBe("files")
})
