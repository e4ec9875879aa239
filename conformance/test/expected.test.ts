import { expect, test } from "vitest"
import { differences, readExpectedFailures } from "../expected.ts"
import type { Found } from "../parts/part.ts"
import { PARTS } from "../parts/parts.ts"

const found = (
  statuses: Record<string, "SUCCESS" | "FAILURE">,
  required: string[] = [],
): readonly Found[] => [
  {
    revision: "2026-07-28",
    required,
    checks: Object.entries(statuses).map(([key, status]) => {
      const [scenario = "", id = ""] = key.split(": ")
      return { scenario, id, status }
    }),
  },
]

test("a failure without a reason is told", () => {
  const lines = differences(found({ "a: 1": "SUCCESS", "a: 2": "FAILURE" }), {})
  expect(lines).toEqual([expect.stringContaining("failed: a: 2")])
})

test.for(["a", "a: 2"])("a failure with a reason under %s is not", (key) => {
  expect(differences(found({ "a: 1": "SUCCESS", "a: 2": "FAILURE" }), { [key]: "so" })).toEqual([])
})

test("a reason for one check covers no other", () => {
  const lines = differences(found({ "a: 1": "FAILURE", "a: 2": "FAILURE" }), { "a: 2": "so" })
  expect(lines).toEqual([expect.stringContaining("failed: a: 1")])
})

test.for(["a", "a: 1", "b"])("a reason for %s that nothing needs is stale", (key) => {
  const lines = differences(found({ "a: 1": "SUCCESS" }), { [key]: "so" })
  expect(lines).toEqual([`does not fail any more: ${key}`])
})

test("a required scenario that did not run is told", () => {
  const lines = differences(found({ "a: 1": "SUCCESS" }, ["a", "b"]), {})
  expect(lines).toEqual(["was not checked: b of 2026-07-28"])
})

test("every expected failure belongs to a part", () => {
  const parts = Object.keys(readExpectedFailures())
  expect(parts).toEqual(expect.arrayContaining(["guard", "gateway", "client"]))
  expect(Object.keys(PARTS)).toEqual(expect.arrayContaining(parts))
})
