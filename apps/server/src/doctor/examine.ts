import {
  checkNames,
  type RegistrationCheck,
  registrationChecks,
} from "@doorward/provider-azure/checks"
import type { ConfigurationSource } from "../configuration/given-settings.ts"
import { azureOptions } from "../identity-provider.ts"
import { problemLine } from "../wrong-setting.ts"
import { findConfigurationProblems } from "./configuration-problems.ts"

/** One line of the doctor's report: {@link RegistrationCheck}, in the environment's names. */
export type Check = Omit<RegistrationCheck, "cause">

/**
 * Checks the configuration, then the app registration that it names, from the outside. The check of
 * the configuration yields a line for each mistake, every other check one line.
 */
export async function* examine(
  environment: Readonly<Record<string, string | undefined>>,
  source: ConfigurationSource = {},
): AsyncGenerator<Check, void, void> {
  const { problems, registration } = findConfigurationProblems(environment, source)
  for (const problem of problems) {
    yield { name: "configuration", outcome: "failed", detail: problemLine(problem) }
  }
  if (problems.length === 0) {
    yield { name: "configuration", outcome: "passed", detail: "Every setting is well formed." }
  }
  if (!registration) {
    for (const name of checkNames.slice(1)) {
      const detail = "Not checked until the configuration is fixed."
      yield { name, outcome: "unknown", detail }
    }
    return
  }
  const redirectUri = `${registration.baseUrl}/auth/callback`
  for await (const check of registrationChecks(azureOptions(registration), redirectUri)) {
    const { name, outcome, detail, reason } = check
    if (name === "configuration") continue
    yield { name, outcome, detail, ...(reason === undefined ? {} : { reason }) }
  }
}
