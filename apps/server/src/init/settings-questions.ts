import { isLoopbackHost } from "@doorward/boundary"
import type { SettingsTree } from "../configuration/environment-settings.ts"
import { findProblems } from "../configuration/read-configuration.ts"
import { settingNames } from "../configuration/setting-names.ts"
import type { Questions } from "./questions.ts"

/** What was answered. */
export interface Answers {
  baseUrl: string
  tenantId: string
  clientId: string
  /** The credential's setting below `entra`, and its value. */
  credential: SettingsTree
  /** None for the example tools. */
  backend: { url: string } | { command: readonly string[] } | undefined
  /** None for the usual one. */
  store: string | undefined
  /** Whether the secret must be set: other machines can reach the server. */
  needsSecret: boolean
  /** The environment variables that the file refers to. */
  variables: readonly string[]
}

/** Asks for what a server needs. Each answer is checked as the setting will be. */
export async function askSettings({ ask }: Questions): Promise<Answers> {
  const tenantId = await ask(
    "Directory (tenant) ID, or organizations",
    undefined,
    problemIn("entra.tenantId", (value) => ({ entra: { tenantId: value } })),
  )
  const clientId = await ask(
    "Application (client) ID",
    undefined,
    problemIn("entra.clientId", (value) => ({ entra: { clientId: value } })),
  )
  const kind = await ask(
    "Credential: secret, certificate, managed-identity or workload-identity",
    "secret",
    (answer) =>
      answer in credentials ? undefined : `must be one of ${Object.keys(credentials).join(", ")}`,
  )
  const credential = await credentials[kind as keyof typeof credentials](ask)
  const baseUrl = await ask(
    "The address that clients will use",
    "http://localhost:8000",
    problemIn("baseUrl", (value) => ({ baseUrl: value })),
  )
  const server = await ask(
    "The MCP server behind it: its URL, or the command that starts it",
    "the example tools",
    () => undefined,
  )
  const store = await ask(
    "The store: sqlite:./path, redis://… or postgres://…",
    "an SQLite file",
    problemWithStore,
  )
  const needsSecret = !isLoopbackHost(new URL(baseUrl).hostname)
  return {
    baseUrl: baseUrl.replace(/\/+$/, ""),
    tenantId,
    clientId,
    credential: credential.settings,
    backend: backendOf(server),
    store: store === "an SQLite file" ? undefined : store,
    needsSecret,
    variables: [...credential.variables, ...(needsSecret ? ["DOORWARD_SECRET"] : [])],
  }
}

interface Credential {
  settings: SettingsTree
  variables: readonly string[]
}

/** How the file refers to an environment variable. */
export const reference = (variable: string): string => `\${${variable}}`

const anything = () => undefined

/** A secret is never asked for: the file refers to a variable. */
const credentials = {
  async secret(): Promise<Credential> {
    const settings = { clientSecret: reference("AZURE_CLIENT_SECRET") }
    return { settings, variables: ["AZURE_CLIENT_SECRET"] }
  },
  async certificate(ask: Questions["ask"]): Promise<Credential> {
    const path = await ask(
      "The PEM or PFX file with the certificate and its key",
      undefined,
      anything,
    )
    return { settings: { certificate: { path } }, variables: [] }
  },
  async "managed-identity"(ask: Questions["ask"]): Promise<Credential> {
    const id = await ask("The identity's client ID, or system", "system", anything)
    return { settings: { managedIdentity: id }, variables: [] }
  },
  async "workload-identity"(ask: Questions["ask"]): Promise<Credential> {
    const path = await ask("The file with the assertion", undefined, anything)
    return { settings: { federatedTokenFile: path }, variables: [] }
  },
}

function backendOf(answer: string): Answers["backend"] {
  if (answer === "the example tools") return undefined
  if (/^https?:\/\//.test(answer)) return { url: answer }
  return { command: answer.split(/\s+/) }
}

function problemWithStore(answer: string): string | undefined {
  if (answer === "an SQLite file") return undefined
  const { password } = URL.parse(answer) ?? {}
  if (password) return "has a password; leave it empty, and set MCP_STORE_URL in the environment"
  return problemIn("store", (store) => ({ store }))(answer)
}

/** What the configuration would say of a setting. */
function problemIn(path: string, treeOf: (value: string) => SettingsTree) {
  return (value: string): string | undefined => {
    const names = settingNames(new Set(), undefined)
    const { problems } = findProblems({ tree: treeOf(value), names, problems: [] })
    return problems.find(({ option }) => option === path)?.message
  }
}
