import type { ConfigurationFile } from "./read-file.ts"
import { variableOf } from "./variables.ts"

/** How the operator knows the settings: by a variable, or by the path and line in the file. */
export interface SettingNames {
  /** The name of a setting, by its path, for use inside a sentence. */
  nameOf(path: string): string
  /** The same with the file and the line, if it is there. */
  placeOf(path: string): string
}

/** How the command line gives the only backend. */
const onCommandLine = { url: "--upstream", command: "the command after --" } as const

/**
 * @param fromVariables the paths of the settings that variables gave.
 * @param file the file, if one was read.
 * @param fromCommandLine which setting of the only backend the command line gave, if it gave one.
 */
export function settingNames(
  fromVariables: ReadonlySet<string>,
  file: ConfigurationFile | undefined,
  fromCommandLine?: keyof typeof onCommandLine,
): SettingNames {
  const isInFile = (path: string) => file !== undefined && !fromVariables.has(path)
  const argumentOf = (path: string) =>
    fromCommandLine && `${path}.`.startsWith(`backends.mcp.${fromCommandLine}.`)
      ? onCommandLine[fromCommandLine]
      : undefined
  const nameOf = (path: string) =>
    argumentOf(path) ?? (isInFile(path) ? path : (variableOf(path) ?? path))
  return {
    nameOf,
    placeOf(path) {
      const isVariable = /^[A-Z][A-Z0-9_]*$/.test(path)
      if (!file || !isInFile(path) || isVariable) return nameOf(path)
      return argumentOf(path) ?? `${file.path}:${file.lineOf(path)}: ${path}`.trimEnd()
    },
  }
}
