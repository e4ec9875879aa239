import { expect, test } from "vitest"
import { createUserCode } from "../../src/tokens/user-code.ts"

test("each of the 20 letters of user codes is equally likely (RFC 8628 §6.1)", () => {
  const counts = new Map<string, number>()
  for (let made = 0; made < 50_000; made += 1) {
    for (const letter of createUserCode()) counts.set(letter, (counts.get(letter) ?? 0) + 1)
  }
  expect([...counts.keys()].sort().join("")).toBe("BCDFGHJKLMNPQRSTVWXZ")
  // Each is expected 20,000 times, with a standard deviation of 138.
  for (const count of counts.values()) expect(Math.abs(count - 20_000)).toBeLessThan(900)
})
