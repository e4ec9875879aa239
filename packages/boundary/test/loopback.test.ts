import { expect, test } from "vitest"
import { isLoopbackHost, isSecureUrl } from "../src/index.ts"

test.each([
  "http://localhost:8000",
  "http://LOCALHOST",
  "http://app.localhost",
  "https://app.localhost./callback",
  "http://127.0.0.1:1",
  "http://127.1",
  "http://0x7f000001",
  "http://127.255.255.254",
  "http://[::1]:8000",
  "http://[0:0:0:0:0:0:0:1]",
])("%s is this machine", (url) => {
  expect(isLoopbackHost(new URL(url).hostname)).toBe(true)
  expect(isSecureUrl(new URL(url))).toBe(true)
})

test.each([
  "http://127.attacker.example/cb",
  "http://127.0.0.1.example",
  "http://localhost.example",
  "http://notlocalhost",
  "http://128.0.0.1",
  "http://0.0.0.0",
  "http://[::]",
  "http://[::2]",
  "http://10.0.0.1",
  "http://example.com",
])("%s is not this machine", (url) => {
  expect(isLoopbackHost(new URL(url).hostname)).toBe(false)
  expect(isSecureUrl(new URL(url))).toBe(false)
})

test("https is safe to any host, and schemes other than http and https to none", () => {
  expect(isSecureUrl(new URL("https://example.com"))).toBe(true)
  expect(isSecureUrl(new URL("ftp://localhost"))).toBe(false)
})
