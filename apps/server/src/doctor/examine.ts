import {
  checkNames,
  type RegistrationCheck,
  registrationChecks,
} from "@doorward/provider-azure/checks"
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
): AsyncGenerator<Check, void, void> {
  const { problems, configuration } = findConfigurationProblems(environment)
  for (const problem of problems) {
    yield { name: "configuration", outcome: "failed", detail: problemLine(problem) }
  }
  if (problems.length === 0) {
    yield { name: "configuration", outcome: "passed", detail: "Every variable is well formed." }
  }
  if (!configuration) {
    for (const name of checkNames.slice(1)) {
      const detail = "Not checked until the configuration is fixed."
      yield { name, outcome: "unknown", detail }
    }
    return
  }
  const redirectUri = `${configuration.MCP_BASE_URL.replace(/\/+$/, "")}/auth/callback`
  for await (const check of registrationChecks(azureOptions(configuration), redirectUri)) {
    const { name, outcome, detail, reason } = check
    if (name === "configuration") continue
    yield { name, outcome, detail, ...(reason === undefined ? {} : { reason }) }
  }
}
