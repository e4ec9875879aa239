import { checkNames } from "@doorward/provider-azure/checks"
import type { Check } from "./check.ts"
import { clientDocuments } from "./client-documents-check.ts"

const signs: Record<Check["outcome"], string> = { passed: "✓", failed: "✗", unknown: "–" }
const width = Math.max(...[...checkNames, clientDocuments].map(({ length }) => length))

/** A check in one line, for people. */
export function lineOf({ name, outcome, detail, reason }: Check): string {
  const code = reason?.startsWith("AADSTS") ? ` (${reason})` : ""
  return `${signs[outcome]} ${name.padEnd(width)}  ${detail}${code}`
}

/** The result of all checks in one line, for people. */
export function summaryOf(checks: readonly Check[]): string {
  const count = (outcome: Check["outcome"]) =>
    checks.filter((check) => check.outcome === outcome).length
  const unseen = count("unknown")
  const rest = unseen === 0 ? "" : ` ${unseen} could not be checked (–).`
  return count("failed") === 0
    ? `No mistake found.${rest}`
    : `${count("failed")} failed (✗).${rest}`
}

/** The checks for machines: one JSON object. */
export function jsonOf(checks: readonly Check[]): string {
  return JSON.stringify({ ok: isSound(checks), checks }, null, 2)
}

/** Whether no check failed. One that could not be made is no failure. */
export function isSound(checks: readonly Check[]): boolean {
  return checks.every(({ outcome }) => outcome !== "failed")
}
