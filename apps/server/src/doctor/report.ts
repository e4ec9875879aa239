import { checkNames } from "@doorward/provider-azure/checks"
import type { Check } from "./examine.ts"

const signs: Record<Check["outcome"], string> = { passed: "✓", failed: "✗", unknown: "–" }
const width = Math.max(...checkNames.map(({ length }) => length))

/** A check as a line for people. */
export function lineOf({ name, outcome, detail, reason }: Check): string {
  const code = reason?.startsWith("AADSTS") ? ` (${reason})` : ""
  return `${signs[outcome]} ${name.padEnd(width)}  ${detail}${code}`
}

/** What it comes to, for people. */
export function summaryOf(checks: readonly Check[]): string {
  const count = (outcome: Check["outcome"]) =>
    checks.filter((check) => check.outcome === outcome).length
  const unseen = count("unknown")
  const rest = unseen === 0 ? "" : ` ${unseen} could not be checked (–).`
  return count("failed") === 0
    ? `Nothing is wrong that can be seen.${rest}`
    : `${count("failed")} wrong (✗).${rest}`
}

/** The checks for machines: one JSON object. */
export function jsonOf(checks: readonly Check[]): string {
  return JSON.stringify({ ok: isSound(checks), checks }, null, 2)
}

export function isSound(checks: readonly Check[]): boolean {
  return checks.every(({ outcome }) => outcome !== "failed")
}
