import {
  ConfigurationError,
  despiteOtherProblems,
  isLoopbackHost,
  type OptionProblem,
  readOptions,
} from "@doorward/boundary"
import { crossChecks } from "./cross-checks.ts"
import { type ConfigurationSource, type GivenSettings, giveSettings } from "./given-settings.ts"
import { configurationSchema, type Settings } from "./schema.ts"
import type { SettingNames } from "./setting-names.ts"

/** The settings, and what follows from them. */
export interface Configuration extends Settings {
  /** The address that clients use, without a slash at its end. */
  baseUrl: string
  /** Whether the server is for development, on this machine only. */
  loopback: boolean
  /** How the operator knows the settings. */
  names: SettingNames
}

/**
 * Reads the configuration: what the file says and, for what it does not say, the environment.
 *
 * @param environment such as `process.env`.
 * @throws {ConfigurationError} with every mistake at once; a problem's `option` is the variable, or the
 * line of the file.
 */
export const readConfiguration = (
  environment: Readonly<Record<string, string | undefined>>,
  source: ConfigurationSource = {},
): Configuration => checkSettings(giveSettings(environment, source))

/** @throws {ConfigurationError} with every mistake at once. */
export function checkSettings(given: GivenSettings): Configuration {
  const { problems, configuration } = findProblems(given)
  if (configuration) return configuration
  const { placeOf } = given.names
  throw new ConfigurationError(
    "doorward",
    problems.map(({ option, message }) => ({ option: placeOf(option), message })),
  )
}

/** The configuration, or every mistake, told by the setting's path. */
export function findProblems({ tree, names, problems }: GivenSettings): {
  problems: readonly OptionProblem[]
  configuration: Configuration | undefined
} {
  const schema = configurationSchema.superRefine(
    (_, context) => crossChecks(tree, context),
    despiteOtherProblems,
  )
  const context = { optionName: names.nameOf, placeOf: (path: string) => path }
  try {
    const settings = readOptions("doorward", schema, tree, context)
    const configuration = problems.length === 0 ? withAddress(settings, names) : undefined
    return { problems, configuration }
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    const told = new Set(problems.map(({ option }) => option))
    const others = error.problems.filter(({ option }) => !told.has(option))
    return { problems: [...problems, ...others], configuration: undefined }
  }
}

function withAddress(settings: Settings, names: SettingNames): Configuration {
  const usual = `http://localhost:${settings.listen.port}`
  const baseUrl = (settings.baseUrl ?? usual).replace(/\/+$/, "")
  return { ...settings, baseUrl, loopback: isLoopbackHost(new URL(baseUrl).hostname), names }
}
