import { ConfigurationError, type OptionProblem } from "@doorward/boundary"
import type { SettingNames } from "./configuration/setting-names.ts"

/** A setting, by its path, that turned out wrong when it was used. */
export const wrongSetting = (
  { names }: { names: SettingNames },
  path: string,
  message: string,
): ConfigurationError =>
  new ConfigurationError("doorward", [{ option: names.placeOf(path), message }])

/**
 * Makes something from settings, and tells mistakes in its options by the settings that they come from.
 *
 * @param pathOf the path of the setting that an option comes from.
 */
export function fromSettings<Made>(
  { names }: { names: SettingNames },
  pathOf: (option: string) => string,
  make: () => Made,
): Made {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    const located = error.problems.map(({ option, message }) => ({
      option: names.placeOf(pathOf(option)),
      message,
    }))
    throw new ConfigurationError("doorward", located)
  }
}

/** A mistake in one line: the setting, what is wrong, and what to do. */
export const problemLine = ({ option, message }: OptionProblem): string =>
  `${option} ${message}`.trimStart()
