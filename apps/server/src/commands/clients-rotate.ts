import { hashClientSecret, newClientSecret } from "@doorward/oauth-core"
import { readConfiguration } from "../configuration/read-configuration.ts"
import { readClientId } from "./client-id.ts"
import { clientSecretLines } from "./client-secret-lines.ts"
import { type Command, sourceOf } from "./command.ts"

/** Makes the next secret of a configured client. It does not change the file. */
export const clientsRotate: Command = async (args, { environment, print }) => {
  const { clientId, values } = readClientId(args, {})
  const { clients = [] } = readConfiguration(environment, sourceOf(values))
  const client = clients.find((each) => each.clientId === clientId)
  if (!client) {
    print(`No client with the id ${clientId} is in the configuration.`)
    return 1
  }
  const { clientSecret, ...known } = client
  const hashes = [client.clientSecretHash ?? []].flat()
  const kept = clientSecret === undefined ? hashes[0] : await hashClientSecret(clientSecret)
  if (kept === undefined) {
    print(`The client ${clientId} has no secret to rotate.`)
    return 1
  }
  const { secret, hash } = await newClientSecret()
  const entry = { ...known, clientSecretHash: [hash, kept] }
  for (const line of clientSecretLines(secret, entry)) print(line)
  print("")
  print("Put this entry in the place of the client's old one, and restart the servers.")
  if (hashes.length > 1) {
    print("The older of its two secrets is no longer in it, and stops working then.")
  }
  print("Both secrets work. Remove the second hash when the client uses the new secret;")
  print(`"doorward clients show ${clientId}" says when each was last used.`)
  return 0
}
