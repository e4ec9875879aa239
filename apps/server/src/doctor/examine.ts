import type { DocumentFetcher } from "@doorward/oauth-core"
import { nodeDocumentFetcher } from "@doorward/oauth-core/node"
import { checkNames, registrationChecks } from "@doorward/provider-azure/checks"
import type { ConfigurationSource } from "../configuration/given-settings.ts"
import { azureOptions } from "../identity-provider.ts"
import { problemLine } from "../wrong-setting.ts"
import { backendChecks } from "./backend-checks.ts"
import type { Check } from "./check.ts"
import { clientDocumentsCheck } from "./client-documents-check.ts"
import { findConfigurationProblems } from "./configuration-problems.ts"

/**
 * Checks the configuration, then the app registration that it names, from the outside, then whether
 * client documents can be fetched, and the backends. The check of the configuration yields a line for
 * each mistake.
 *
 * @param fetchDocument how client documents are fetched. Default: as the server does.
 */
export async function* examine(
  environment: Readonly<Record<string, string | undefined>>,
  source: ConfigurationSource = {},
  fetchDocument: DocumentFetcher = nodeDocumentFetcher(),
): AsyncGenerator<Check, void, void> {
  const found = findConfigurationProblems(environment, source)
  const { problems, registration, configuration } = found
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
  if (!configuration) return
  // For development, clients on this machine register themselves.
  if (!configuration.loopback) yield await clientDocumentsCheck(configuration, fetchDocument)
  yield* backendChecks(configuration)
}
