import { readFileSync } from "node:fs"
import { join } from "node:path"
import { configurationJsonSchema } from "doorward"
import { expect, test } from "vitest"

const repository = join(import.meta.dirname, "..")

/** The members of an interface, by their names. */
function membersOf(file: string, name: string): string[] {
  const text = readFileSync(join(repository, file), "utf8")
  const [, body = ""] =
    new RegExp(`interface ${name}\\b[^{]*\\{\\n([\\s\\S]*?)\\n\\}`).exec(text) ?? []
  const members = [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, member = ""]) => member)
  expect(members.length, name).toBeGreaterThan(0)
  return members
}

/** The settings below a path of the schema, by their names. */
function settingsAt(...path: readonly string[]): string[] {
  let node = configurationJsonSchema() as Record<string, never>
  for (const step of path) node = node[step] ?? {}
  return Object.keys(node)
}

const backend = ["properties", "backends", "additionalProperties", "properties"]
const policy = [...backend, "policy", "properties"]
const settings = {
  top: settingsAt("properties"),
  entra: settingsAt("properties", "entra", "properties"),
  backend: settingsAt(...backend),
  policy: settingsAt(...policy),
  rule: settingsAt(...policy, "tools", "additionalProperties", "properties"),
}

/** Under what other name the file has an option, or why it has none. */
const elsewhere: Readonly<Record<string, string>> = {
  provider: "entra",
  resource: "path",
  resources: "backends",
  scopes: "scopeDescriptions",
  clientMetadataHosts: "clientMetadata",
  fetchDocument: "clientMetadata",
  onSignIn: "signIn",
  clientAddress: "trustedProxies",
  clientCertificate: "certificate",
  workloadIdentityFile: "federatedTokenFile",
}
const onlyInCode = new Set([
  "clientAssertion",
  "consentPage",
  "limiter",
  "now",
  "onEvent",
  "onRefusal",
  "onRegister",
  "onUnmatchedRule",
  "optionName",
  "proxy",
  "authorizationServers",
  "serve",
  "verifier",
  "sleep",
  "when",
])

test.each([
  ["packages/oauth-core/src/options.ts", "OAuthProxyOptions", settings.top],
  ["packages/provider-azure/src/azure-provider-options.ts", "AzureProviderOptions", settings.entra],
  ["packages/provider-azure/src/registration-options.ts", "RegistrationOptions", settings.entra],
  [
    "packages/provider-azure/src/credentials/credential-options.ts",
    "CredentialOptions",
    settings.entra,
  ],
  ["packages/mcp-server/src/options.ts", "ResourceDetails", settings.backend],
  ["packages/mcp-server/src/options.ts", "ResourceOfProxy", settings.backend],
  ["packages/mcp-server/src/options.ts", "GuardOptions", settings.backend],
  ["packages/mcp-server/src/policy/policy.ts", "Policy", settings.policy],
  ["packages/mcp-server/src/policy/policy.ts", "PolicyRule", settings.rule],
  ["packages/mcp-gateway/src/options.ts", "ForwardToOptions", [...settings.backend, "secret"]],
  ["packages/mcp-gateway/src/options.ts", "SpawnServersOptions", settings.backend],
] as const)("the file can say what %s has in %s", (file, name, known) => {
  const isReachable = (option: string) =>
    known.includes(option) || known.includes(elsewhere[option] ?? "")
  const options = membersOf(file, name).filter((option) => !onlyInCode.has(option))
  expect(options.filter((option) => !isReachable(option))).toEqual([])
})
