import { existsSync } from "node:fs"
import type { OptionProblem } from "@doorward/boundary"
import {
  environmentSettings,
  filledFrom,
  isTree,
  type SettingsTree,
  settingAt,
} from "./environment-settings.ts"
import { readConfigurationFile } from "./read-file.ts"
import { type SettingNames, settingNames } from "./setting-names.ts"
import { unknownVariables } from "./unknown-variables.ts"
import { variables } from "./variables.ts"

/** Where settings come from besides the environment. */
export interface ConfigurationSource {
  /**
   * The path of the configuration file. Default: what `DOORWARD_CONFIG` names, else `doorward.yaml` in
   * the current folder, if there is one.
   */
  file?: string | undefined
  /** The only backend, as the command line names it; it is served at `/mcp`. Default: none. */
  backend?: { url: string } | { command: readonly string[] } | undefined
}

/** The settings as they were given, before they are checked. */
export interface GivenSettings {
  tree: SettingsTree
  names: SettingNames
  /** What is wrong already; `option` is the setting's path, or a variable. */
  problems: readonly OptionProblem[]
}

const usualFile = "doorward.yaml"
const upstream = "backends.mcp.url"

/**
 * Puts together what the command line, the file and the environment say, each filling in what the ones
 * before it leave out.
 *
 * @throws {ConfigurationError} if the file cannot be read at all.
 */
export function giveSettings(
  environment: Readonly<Record<string, string | undefined>>,
  source: ConfigurationSource,
): GivenSettings {
  const named = source.file ?? (environment.DOORWARD_CONFIG || undefined)
  const path = named ?? (existsSync(usualFile) ? usualFile : undefined)
  const file = path === undefined ? undefined : readConfigurationFile(path, environment)
  const inFile = isTree(file?.values) ? file.values : {}
  const { tree, paths } = environmentSettings(environment)
  const fromVariables = new Set([...paths].filter((each) => settingAt(inFile, each) === undefined))
  const given = filledFrom(inFile, tree)
  const problems = [...unknownVariables(environment), ...(file?.problems ?? [])]
  if (source.backend && given.backends !== undefined) {
    const message = "cannot be combined with a backend on the command line; keep one of them"
    const option = fromVariables.has(upstream) ? variables[upstream] : "backends"
    problems.push({ option, message })
  }
  return {
    tree: {
      ...given,
      entra: given.entra ?? {},
      ...(source.backend && { backends: { mcp: source.backend } }),
    },
    names: settingNames(fromVariables, file, kindOf(source.backend)),
    problems,
  }
}

function kindOf(backend: ConfigurationSource["backend"]): "url" | "command" | undefined {
  if (!backend) return undefined
  return "url" in backend ? "url" : "command"
}
