import { DocumentError, type DocumentFetcher } from "@doorward/oauth-core"
import type { Configuration } from "../configuration/read-configuration.ts"
import type { Check } from "./check.ts"

/** The name of the check. */
export const clientDocuments = "client documents"
const name = clientDocuments
/** Hosts of documents that widely used clients have as their ids. */
const usualHosts = ["claude.ai", "chatgpt.com"]
const limits = { maxBytes: 64 * 1024, timeoutMilliseconds: 5000 }

/**
 * Checks whether requests for client ID metadata documents get out. Where they do not, clients that have
 * no other way cannot sign in, unless the server does not offer it.
 */
export async function clientDocumentsCheck(
  { clientMetadata, names }: Configuration,
  fetchDocument: DocumentFetcher,
): Promise<Check> {
  if (!clientMetadata.enabled) {
    return { name, outcome: "passed", detail: "Are off: clients register themselves." }
  }
  const hosts = clientMetadata.hosts ?? usualHosts
  const answers = await Promise.all(hosts.map((host) => isReachable(host, fetchDocument)))
  const silent = hosts.filter((_, index) => !answers[index])
  if (silent.length === 0) {
    return { name, outcome: "passed", detail: `Can be fetched: ${hosts.join(", ")} answer.` }
  }
  const setting = names.nameOf("clientMetadata.enabled")
  const detail = `Cannot be fetched: ${silent.join(", ")} cannot be reached. Clients such as Claude Code and Codex then can't sign in. Let the server out to https, or set ${setting}: false, so that they register instead.`
  return { name, outcome: "failed", detail }
}

async function isReachable(host: string, fetchDocument: DocumentFetcher): Promise<boolean> {
  try {
    await fetchDocument(new URL(`https://${host}/`), limits)
    return true
  } catch (error) {
    // A page that is too long for a document was sent all the same.
    return error instanceof DocumentError && !error.transient
  }
}
