import { expect, test } from "vitest"
import { createSecrets, shorten } from "../src/http/secrets.ts"

const token = "abcdefghijklmnopqrstuvwxyz"

test("a secret keeps six characters and its length, a short one nothing", () => {
  expect(shorten(token)).toBe("abcdef…(26)")
  expect(shorten("hunter2")).toBe("…")
})

test.each([
  [
    "form",
    `grant_type=x&code=${token}`,
    "application/x-www-form-urlencoded",
    "grant_type=x&code=abcdef…(26)",
  ],
  [
    "JSON",
    `{"access_token": "${token}","scope":"a"}`,
    "application/json",
    '{"access_token":"abcdef…(26)","scope":"a"}',
  ],
  ["short", '{"client_secret":"hunter2"}', "application/json", '{"client_secret":"…"}'],
])("%s: what goes under a secret's name is shortened", (_, body, type, expected) => {
  expect(createSecrets().body(body, type)).toBe(expected)
})

test("secrets in URLs and headers are shortened", () => {
  const secrets = createSecrets()
  expect(secrets.url(`https://a.example/cb?code=${token}&state=s`)).toBe(
    "https://a.example/cb?code=abcdef…(26)&state=s",
  )
  expect(secrets.header("Authorization", `Bearer ${token}`)).toBe("Bearer abcdef…(26)")
  expect(secrets.header("set-cookie", `__Host-s=${token}; Path=/`)).not.toContain(token)
})

test("a known secret is shortened wherever it turns up", () => {
  const secrets = createSecrets()
  secrets.learn(token)
  expect(secrets.text(`it said ${token}, twice ${token}`)).toBe(
    "it said abcdef…(26), twice abcdef…(26)",
  )
  expect(secrets.body(`{"echo":"${token}"}`, "application/json")).not.toContain(token)
})
