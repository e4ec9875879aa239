import {
  type Check,
  ConfigurationError,
  examine,
  isSound,
  lineOf,
  problemLine,
  readConfiguration,
  summaryOf,
} from "doorward"
import type { Plan } from "./plan.ts"

/**
 * Whether the server could sign anybody in. With the real Entra ID it makes the doctor's checks; with
 * the emulator only the settings can be wrong. What it finds is printed, with what to do.
 */
export async function canSignIn({ emulator, serverEnvironment, backend }: Plan): Promise<boolean> {
  if (emulator) return isConfigured(serverEnvironment, backend)
  console.log("AZURE_* is set. Checking the app registration in Entra ID:")
  const checks: Check[] = []
  for await (const check of examine(serverEnvironment, { backend })) {
    checks.push(check)
    console.log(lineOf(check))
  }
  console.log(`\n${summaryOf(checks)}`)
  const tenant = checks.find(({ name }) => name === "tenant")
  if (isSound(checks) && tenant?.outcome === "passed") return true
  console.error(
    "Nothing was started, since nobody could sign in. Fix what is listed above and start again, or unset every AZURE_* to use the emulator.",
  )
  return false
}

function isConfigured(environment: Plan["serverEnvironment"], backend: Plan["backend"]): boolean {
  try {
    readConfiguration(environment, { backend })
    return true
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    for (const problem of error.problems) console.error(problemLine(problem))
    return false
  }
}
