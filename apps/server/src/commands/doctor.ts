import type { Check } from "../doctor/check.ts"
import { examine } from "../doctor/examine.ts"
import { isSound, jsonOf, lineOf, summaryOf } from "../doctor/report.ts"
import { type Command, readArguments, sourceOf } from "./command.ts"

/** Checks the configuration and the app registration. It changes nothing and signs nobody in. */
export const doctor: Command = async (args, { environment, print }) => {
  const { values } = readArguments(args, { json: { type: "boolean" } })
  const checks: Check[] = []
  for await (const check of examine(environment, sourceOf(values))) {
    checks.push(check)
    if (!values.json) print(lineOf(check))
  }
  print(values.json ? jsonOf(checks) : `\n${summaryOf(checks)}`)
  return isSound(checks) ? 0 : 1
}
