import type { SettingsTree } from "../configuration/environment-settings.ts"
import { problemWith } from "./problem-with.ts"
import type { Ask } from "./questions.ts"

/** How the server authenticates to Entra ID. */
export interface CredentialAnswer {
  /** The credential's setting below `entra`. */
  settings: SettingsTree
  /** The environment variable that the setting refers to. */
  variable?: string
}

const kinds = ["secret", "certificate", "managed-identity", "workload-identity"]

/** Asks for the credential. A secret itself is never asked for: the file says where it is. */
export async function askCredential(ask: Ask): Promise<CredentialAnswer> {
  const kind = await ask(`Credential: ${kinds.join(", ")}`, "secret", (answer) =>
    kinds.includes(answer) ? undefined : `must be one of ${kinds.join(", ")}`,
  )
  switch (kind) {
    case "certificate":
      return askSetting(ask, "The PEM or PFX file with the certificate and its key", undefined, {
        path: "entra.certificate.path",
        settingsOf: (path) => ({ certificate: { path } }),
      })
    case "managed-identity":
      return askSetting(ask, "The identity's client ID, or system", "system", {
        path: "entra.managedIdentity",
        settingsOf: (managedIdentity) => ({ managedIdentity }),
      })
    case "workload-identity":
      return askSetting(ask, "The file with the federated token", undefined, {
        path: "entra.federatedTokenFile",
        settingsOf: (federatedTokenFile) => ({ federatedTokenFile }),
      })
    default:
      return askWhereTheSecretIs(ask)
  }
}

async function askSetting(
  ask: Ask,
  question: string,
  usual: string | undefined,
  { path, settingsOf }: { path: string; settingsOf: (answer: string) => SettingsTree },
): Promise<CredentialAnswer> {
  const answer = await ask(question, usual, (given) =>
    problemWith(path, { entra: settingsOf(given) }),
  )
  return { settings: settingsOf(answer) }
}

const isVariable = (answer: string) => /^[A-Z][A-Z0-9_]*$/.test(answer)
const isPath = (answer: string) => /^(\.{0,2}\/|[A-Za-z]:\\)[^${}]+$/.test(answer)

async function askWhereTheSecretIs(ask: Ask): Promise<CredentialAnswer> {
  const answer = await ask(
    "Where the client secret is: an environment variable, or a file such as /run/secrets/entra",
    "AZURE_CLIENT_SECRET",
    (given) =>
      isVariable(given) || isPath(given)
        ? undefined
        : "must be the name of an environment variable, such as AZURE_CLIENT_SECRET, or the path of a file; the secret itself stays out of the configuration",
  )
  if (!isVariable(answer)) return { settings: { clientSecret: `\${file:${answer}}` } }
  return { settings: { clientSecret: reference(answer) }, variable: answer }
}

/** How the file refers to an environment variable. */
export const reference = (variable: string): string => `\${${variable}}`
