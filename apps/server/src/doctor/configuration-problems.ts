import { ConfigurationError, type OptionProblem } from "@doorward/boundary"
import { isTree, type SettingsTree } from "../configuration/environment-settings.ts"
import {
  type ConfigurationSource,
  type GivenSettings,
  giveSettings,
} from "../configuration/given-settings.ts"
import {
  type Configuration,
  checkSettings,
  findProblems,
} from "../configuration/read-configuration.ts"
import { createClientAddress } from "../http/client-address.ts"
import { createIdentityProvider } from "../identity-provider.ts"

const credentials: ReadonlySet<string> = new Set([
  "clientSecret",
  "certificate",
  "federatedTokenFile",
  "managedIdentity",
])

/** Whether the checks of the registration need a setting. A mistake in any other does not hinder them. */
const isOfRegistration = (path: string) =>
  /^(entra(\..*)?|baseUrl|listen\.port|(AZURE|IDENTITY)_.*)$/.test(path)

/** Replace what is wrong, so that the mistakes behind it are found too. */
const standIn = "00000000-0000-0000-0000-000000000000"

export interface ConfigurationFinding {
  /** Every mistake; `option` is the variable, or the line of the file. */
  problems: readonly OptionProblem[]
  /** The registration's part, if nothing in it is wrong. */
  registration: Configuration | undefined
  /** The whole, if nothing in it is wrong. */
  configuration: Configuration | undefined
}

/** Reads the configuration to the end, where the start stops at the first kind of mistake. */
export function findConfigurationProblems(
  environment: Readonly<Record<string, string | undefined>>,
  source: ConfigurationSource,
): ConfigurationFinding {
  let given: GivenSettings
  try {
    given = giveSettings(environment, source)
  } catch (error) {
    return { problems: problemsIn(error), registration: undefined, configuration: undefined }
  }
  const { names } = given
  const { problems: first, configuration } = findProblems(given)
  const wrong = first.map(({ option }) => option)
  const found = first.map(({ option, message }) => ({ option: names.placeOf(option), message }))
  if (configuration) found.push(...problemsOf(() => createClientAddress(configuration)))
  const registration = checkSettings({
    tree: registrationOf(given.tree, wrong),
    names,
    problems: [],
  })
  const places = new Set(found.map(({ option }) => option))
  const behind = problemsOf(() => createIdentityProvider(registration, Date.now))
  const others = behind.filter(({ option }) => !places.has(option))
  const isSound = others.length === 0 && !wrong.some(isOfRegistration)
  const problems = [...found, ...others]
  return {
    problems,
    registration: isSound ? registration : undefined,
    configuration: problems.length === 0 ? configuration : undefined,
  }
}

/** The settings of the registration, without the ones that are wrong. */
function registrationOf({ entra, baseUrl, listen }: SettingsTree, wrong: readonly string[]) {
  const wrongInEntra = new Set(
    wrong.flatMap((path) => (path.startsWith("entra.") ? [path.split(".")[1] ?? ""] : [])),
  )
  const hasCredential = ![...wrongInEntra].some((name) => credentials.has(name))
  const isKept = (name: string) =>
    !wrongInEntra.has(name) && (hasCredential || !credentials.has(name))
  const kept = Object.entries(isTree(entra) ? entra : {}).filter(([name]) => isKept(name))
  const port = isTree(listen) && !wrong.includes("listen.port") ? { port: listen.port } : {}
  return {
    listen: port,
    ...(wrong.includes("baseUrl") ? {} : { baseUrl }),
    entra: {
      ...Object.fromEntries(kept),
      ...(wrongInEntra.has("tenantId") && { tenantId: standIn }),
      ...(wrongInEntra.has("clientId") && { clientId: standIn }),
      ...(!hasCredential && { clientSecret: "-" }),
    },
    // Needed beyond loopback, and of no use to these checks.
    secret: "0".repeat(64),
  }
}

function problemsOf(read: () => unknown): readonly OptionProblem[] {
  try {
    read()
    return []
  } catch (error) {
    return problemsIn(error)
  }
}

function problemsIn(error: unknown): readonly OptionProblem[] {
  if (error instanceof ConfigurationError) return error.problems
  throw error
}
