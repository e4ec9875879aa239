import { ConfigurationError, type OptionProblem } from "@doorward/boundary"
import { type Configuration, readConfiguration } from "../configuration.ts"
import { createClientAddress } from "../http/client-address.ts"
import { createIdentityProvider } from "../identity-provider.ts"

type Environment = Readonly<Record<string, string | undefined>>

const addressAndScopes: ReadonlySet<string> = new Set([
  "MCP_BASE_URL",
  "MCP_SERVER_PORT",
  "MCP_REQUIRED_SCOPES",
  "MCP_ADDITIONAL_SCOPES",
])
const credentials: ReadonlySet<string> = new Set([
  "AZURE_CLIENT_SECRET",
  "AZURE_CLIENT_CERTIFICATE_PATH",
  "AZURE_CLIENT_CERTIFICATE_PASSWORD",
  "AZURE_FEDERATED_TOKEN_FILE",
  "AZURE_MANAGED_IDENTITY",
])

/** Whether the checks of the registration need a variable. A mistake in any other does not hinder them. */
const isOfRegistration = (name: string) =>
  /^(AZURE|IDENTITY)_/.test(name) || addressAndScopes.has(name)

/** Replace what is wrong, so that the mistakes behind it are found too. */
const standIns: Environment = {
  AZURE_TENANT_ID: "00000000-0000-0000-0000-000000000000",
  AZURE_CLIENT_ID: "00000000-0000-0000-0000-000000000000",
}
const credentialStandIn: Environment = { AZURE_CLIENT_SECRET: "-" }

export interface ConfigurationFinding {
  /** Every mistake; `option` is the variable. */
  problems: readonly OptionProblem[]
  /** The registration's part, if nothing in it is wrong. */
  configuration: Configuration | undefined
}

/** Reads the configuration to the end, where the start stops at the first kind of mistake. */
export function findConfigurationProblems(environment: Environment): ConfigurationFinding {
  const found = problemsOf(() => {
    createClientAddress(readConfiguration(environment).MCP_TRUSTED_PROXIES)
  })
  const wrong = new Set(found.map(({ option }) => option))
  const registration = registrationWithout(wrong, environment)
  const behind = problemsOf(() => createIdentityProvider(readConfiguration(registration), Date.now))
  const problems = [...found, ...behind.filter(({ option }) => !wrong.has(option))]
  const isSound = !problems.some(({ option }) => isOfRegistration(option))
  return { problems, configuration: isSound ? readConfiguration(registration) : undefined }
}

function registrationWithout(wrong: ReadonlySet<string>, environment: Environment): Environment {
  const hasCredential = ![...wrong].some((name) => credentials.has(name))
  const isKept = (name: string) =>
    isOfRegistration(name) && !wrong.has(name) && (hasCredential || !credentials.has(name))
  return {
    ...Object.fromEntries(Object.entries(environment).filter(([name]) => isKept(name))),
    ...Object.fromEntries(Object.entries(standIns).filter(([name]) => wrong.has(name))),
    ...(hasCredential ? {} : credentialStandIn),
    // Needed beyond loopback, and of no use to these checks.
    DOORWARD_SECRET: "-",
  }
}

function problemsOf(read: () => unknown): readonly OptionProblem[] {
  try {
    read()
    return []
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems
    throw error
  }
}
