import { stringify } from "yaml"
import type { Configuration } from "../configuration/read-configuration.ts"

/** A configured client, as the file has it. */
type ClientEntry = NonNullable<Configuration["clients"]>[number]

/** A new secret, which is shown only here, and the client's entry in the file. */
export const clientSecretLines = (secret: string, entry: ClientEntry): readonly string[] => [
  `Client ID:     ${entry.clientId}`,
  `Client secret: ${secret}`,
  "",
  "Give both to the client now: the secret is not kept and cannot be shown again.",
  "",
  ...stringify({ clients: [entry] }, { lineWidth: 0 })
    .trimEnd()
    .split("\n"),
]
