import { describe, expect, test } from "vitest"
import { cookieJar } from "../src/cookie-jar.ts"

const sameSite = { crossSite: false, safeMethod: true }

/** What a jar sends to `to` after a response from `from` set `cookies`. */
function sent(from: string, cookies: string[], to = from, context = sameSite) {
  const jar = cookieJar()
  jar.store(new URL(from), new Headers(cookies.map((each) => ["set-cookie", each])))
  return jar.header(new URL(to), context)
}

describe("where a cookie goes", () => {
  test.each([
    ["its own host only", "https://a.example", "x=1", "https://b.a.example", undefined],
    [
      "subdomains, with Domain",
      "https://a.example",
      "x=1; Domain=a.example",
      "https://b.a.example",
      "x=1",
    ],
    [
      "not to a lookalike",
      "https://a.example",
      "x=1; Domain=a.example",
      "https://xa.example",
      undefined,
    ],
    ["another port too", "http://localhost:1", "x=1", "http://localhost:2", "x=1"],
    ["below its path", "https://a.example", "x=1; Path=/p", "https://a.example/p/q", "x=1"],
    ["not beside its path", "https://a.example", "x=1; Path=/p", "https://a.example/pq", undefined],
    [
      "the default path is the folder",
      "https://a.example/d/e",
      "x=1",
      "https://a.example/f",
      undefined,
    ],
    ["Secure: not over http", "https://a.example", "x=1; Secure", "http://a.example", undefined],
  ])("%s", (_, from, cookie, to, expected) => {
    expect(sent(from, [cookie], to)).toBe(expected)
  })
})

describe("what is refused", () => {
  test.each([
    ["Secure from http", "http://a.example", "x=1; Secure"],
    ["SameSite=None without Secure", "https://a.example", "x=1; SameSite=None"],
    ["a domain of somebody else", "https://a.example", "x=1; Domain=b.example"],
    ["a top-level domain", "https://a.example", "x=1; Domain=example"],
    ["__Host- without Secure", "https://a.example", "__Host-x=1; Path=/"],
    ["__Host- with a path", "https://a.example", "__Host-x=1; Path=/a; Secure"],
    ["__Host- with a domain", "https://a.example", "__Host-x=1; Path=/; Secure; Domain=a.example"],
    ["__Host- without a path, below one", "https://a.example/a/b", "__Host-x=1; Secure"],
    ["__Secure- without Secure", "https://a.example", "__Secure-x=1"],
    ["__Host- in lower case without Secure", "https://a.example", "__host-x=1; Path=/"],
    ["a domain that anybody can register below", "https://a.co.uk", "x=1; Domain=co.uk"],
    ["more than 4096 octets", "https://a.example", `x=${"1".repeat(4095)}`],
    ["no name", "https://a.example", "=1"],
  ])("%s", (_, from, cookie) => {
    expect(sent(from, [cookie])).toBeUndefined()
  })

  test.each(["http://localhost:8000", "http://127.0.0.1", "http://[::1]:1", "http://a.localhost"])(
    "but %s counts as secure",
    (origin) => {
      expect(sent(origin, ["__Host-x=1; Path=/; Secure"])).toBe("__Host-x=1")
    },
  )
})

test("a cookie ends at its Max-Age, which beats Expires, and 0 deletes", () => {
  let now = 0
  const jar = cookieJar(() => now)
  const url = new URL("https://a.example")
  const set = (cookie: string) => jar.store(url, new Headers([["set-cookie", cookie]]))
  set("x=1; Max-Age=10; Expires=Thu, 01 Jan 1970 00:00:00 GMT")
  now = 9_999
  expect(jar.header(url, sameSite)).toBe("x=1")
  now = 10_000
  expect(jar.header(url, sameSite)).toBeUndefined()
  set("x=2; Max-Age=10")
  set("x=; Max-Age=0")
  expect(jar.list(url)).toEqual([])
})

test("a cookie replaces its namesake, and longer paths go first", () => {
  expect(sent("https://a.example/p/q", ["x=1; Path=/", "x=2; Path=/p", "x=3; Path=/"])).toBe(
    "x=2; x=3",
  )
})

test("a cookie of 4096 octets is kept", () => {
  const cookie = `x=${"1".repeat(4094)}`
  expect(sent("https://a.example", [cookie])).toBe(cookie)
})

test.each([
  ["Strict", undefined, undefined],
  ["Lax", "x=1", undefined],
  ["None; Secure", "x=1", "x=1"],
  ["Whatever", "x=1", undefined],
  [undefined, "x=1", undefined],
])("SameSite=%s over a site boundary: a link brings %s, a post %s", (sameSite, byLink, byPost) => {
  const cookie = sameSite === undefined ? "x=1" : `x=1; SameSite=${sameSite}`
  const from = "https://a.example"
  expect(sent(from, [cookie], from, { crossSite: true, safeMethod: true })).toBe(byLink)
  expect(sent(from, [cookie], from, { crossSite: true, safeMethod: false })).toBe(byPost)
})

test("using a cookie does not lengthen its life", () => {
  let now = Date.now()
  const jar = cookieJar(() => now)
  const url = new URL("https://a.example")
  jar.store(url, new Headers([["set-cookie", "x=1; Max-Age=10"]]))
  const expiresAt = now + 10_000
  now += 9_000
  expect(jar.header(url, sameSite)).toBe("x=1")
  expect(jar.list(url)).toEqual([
    {
      name: "x",
      value: "1",
      domain: "a.example",
      hostOnly: true,
      path: "/",
      secure: false,
      httpOnly: false,
      sameSite: "lax",
      expiresAt,
    },
  ])
  now += 1_000
  expect(jar.list(url)).toEqual([])
})
