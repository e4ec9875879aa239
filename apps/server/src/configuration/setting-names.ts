import type { ConfigurationFile } from "./read-file.ts"
import { variableOf } from "./variables.ts"

/** How the operator knows the settings: by a variable, or by the path and line in the file. */
export interface SettingNames {
  /** The name of a setting, by its path, for use inside a sentence. */
  nameOf(path: string): string
  /** The same with the file and the line, if it is there. */
  placeOf(path: string): string
}

/**
 * @param fromVariables the paths of the settings that variables gave.
 * @param file the file, if one was read.
 */
export function settingNames(
  fromVariables: ReadonlySet<string>,
  file: ConfigurationFile | undefined,
): SettingNames {
  const isInFile = (path: string) => file !== undefined && !fromVariables.has(path)
  const nameOf = (path: string) => (isInFile(path) ? path : (variableOf(path) ?? path))
  return {
    nameOf,
    placeOf(path) {
      const isVariable = /^[A-Z][A-Z0-9_]*$/.test(path)
      if (!file || !isInFile(path) || isVariable) return nameOf(path)
      return `${file.path}:${file.lineOf(path)}: ${path}`.trimEnd()
    },
  }
}
