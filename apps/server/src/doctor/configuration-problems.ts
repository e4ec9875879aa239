import { type Configuration, ConfigurationProblems, readConfiguration } from "../configuration.ts"
import { createClientAddress } from "../http/client-address.ts"
import { createIdentityProvider } from "../identity-provider.ts"

type Environment = Readonly<Record<string, string | undefined>>

/** What the checks of the registration need; a mistake elsewhere does not hinder them. */
const registrationVariable =
  /^(AZURE_\w+|IDENTITY_\w+|MCP_BASE_URL|MCP_SERVER_PORT|MCP_(REQUIRED|ADDITIONAL)_SCOPES)$/
const credentialVariable =
  /^AZURE_(CLIENT_SECRET|CLIENT_CERTIFICATE_\w+|FEDERATED_TOKEN_FILE|MANAGED_IDENTITY)$/

/** Stand in for what is wrong, so that mistakes behind it are found too. */
const standIns: Environment = {
  AZURE_TENANT_ID: "00000000-0000-0000-0000-000000000000",
  AZURE_CLIENT_ID: "00000000-0000-0000-0000-000000000000",
}
const credentialStandIn: Environment = { AZURE_CLIENT_SECRET: "-" }

export interface ConfigurationFinding {
  /** One line a problem: the variable and the mend. */
  problems: readonly string[]
  /** The registration's part, if nothing in it is wrong. */
  configuration: Configuration | undefined
}

/** Reads the configuration to the end, where the start stops at the first kind of mistake. */
export function findConfigurationProblems(environment: Environment): ConfigurationFinding {
  const found = problemsOf(() => {
    createClientAddress(readConfiguration(environment).MCP_TRUSTED_PROXIES)
  })
  const wrong = new Set(found.map(variableOf))
  const registration = registrationWithout(wrong, environment)
  const behind = problemsOf(() => createIdentityProvider(readConfiguration(registration), Date.now))
  const problems = [...found, ...behind.filter((line) => !wrong.has(variableOf(line)))]
  const isSound = !problems.some((line) => registrationVariable.test(variableOf(line)))
  return { problems, configuration: isSound ? readConfiguration(registration) : undefined }
}

function registrationWithout(wrong: ReadonlySet<string>, environment: Environment): Environment {
  const hasCredential = ![...wrong].some((name) => credentialVariable.test(name))
  const isKept = (name: string) =>
    registrationVariable.test(name) &&
    !wrong.has(name) &&
    (hasCredential || !credentialVariable.test(name))
  return {
    ...Object.fromEntries(Object.entries(environment).filter(([name]) => isKept(name))),
    ...Object.fromEntries(Object.entries(standIns).filter(([name]) => wrong.has(name))),
    ...(hasCredential ? {} : credentialStandIn),
    // Asked for beyond loopback, and of no use to these checks.
    DOORWARD_SECRET: "-",
  }
}

function problemsOf(read: () => unknown): readonly string[] {
  try {
    read()
    return []
  } catch (error) {
    if (error instanceof ConfigurationProblems) return error.problems
    throw error
  }
}

const variableOf = (line: string): string => line.split(" ", 1)[0] ?? ""
