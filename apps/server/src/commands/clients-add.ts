import { randomBytes } from "node:crypto"
import { newClientSecret } from "@doorward/oauth-core"
import { clientSecretLines } from "./client-secret-lines.ts"
import { type Command, readArguments, UsageError } from "./command.ts"

/** Makes a client for the configuration file, which it does not change. */
export const clientsAdd: Command = async (args, { print }) => {
  const { values } = readArguments(args, {
    name: { type: "string" },
    "redirect-uri": { type: "string", multiple: true },
    "client-credentials": { type: "boolean" },
    scope: { type: "string", multiple: true },
  })
  const { name, "redirect-uri": redirectUris, scope: scopes, config = "doorward.yaml" } = values
  const forItself = values["client-credentials"]
  if (!name) throw new UsageError("Name the client with --name, for the consent page.")
  if (!redirectUris && !forItself) {
    throw new UsageError(
      "Give the client's redirect URI with --redirect-uri, once for each, or --client-credentials for a client without a person.",
    )
  }
  if (scopes && !forItself) throw new UsageError("--scope goes with --client-credentials.")
  const wrong = redirectUris?.find((uri) => !URL.canParse(uri))
  if (wrong !== undefined) throw new UsageError(`--redirect-uri ${wrong} is not a URI.`)

  const clientId = randomBytes(16).toString("hex")
  const { secret, hash: clientSecretHash } = await newClientSecret()
  const clientCredentials = forItself ? { scopes } : undefined
  const entry = { clientId, clientName: name, redirectUris, clientSecretHash, clientCredentials }
  for (const line of clientSecretLines(secret, entry)) print(line)
  print("")
  print(`Add this entry to clients in ${config}, and restart the servers.`)
  return 0
}
