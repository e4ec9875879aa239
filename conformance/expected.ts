import { readFileSync } from "node:fs"
import { join } from "node:path"
import { parse } from "yaml"
import { z } from "zod"
import type { Found } from "./parts/part.ts"

/** Why failures are expected, by part and then by `scenario` or `scenario: check`, for every revision. */
const schema = z.record(z.string(), z.record(z.string(), z.string().min(1)))

export type Expected = z.infer<typeof schema>

/** @throws {Error} if an entry has no reason. */
export function readExpectedFailures(): Expected {
  const file = readFileSync(join(import.meta.dirname, "expected-failures.yaml"), "utf8")
  return schema.parse(parse(file))
}

/** What differs from the expected failures of a part, one line each; nothing if it is as expected. */
export function differences(found: readonly Found[], expected: Expected[string] = {}): string[] {
  const checks = found.flatMap((one) => one.checks)
  const failures = checks.filter(({ status }) => status === "FAILURE")
  const isCovered = (scenario: string, id: string) =>
    scenario in expected || `${scenario}: ${id}` in expected
  const unexpected = failures
    .filter(({ scenario, id }) => !isCovered(scenario, id))
    .map(({ scenario, id, errorMessage = "" }) => `failed: ${scenario}: ${id} ${errorMessage}`)
  const stale = Object.keys(expected)
    .filter(
      (key) => !failures.some(({ scenario, id }) => [scenario, `${scenario}: ${id}`].includes(key)),
    )
    .map((key) => `does not fail any more: ${key}`)
  const missing = found.flatMap(({ revision, required, checks }) =>
    required
      .filter((scenario) => !checks.some((check) => check.scenario === scenario))
      .map((scenario) => `was not checked: ${scenario} of ${revision}`),
  )
  return [...new Set([...unexpected, ...stale, ...missing])]
}
