import { ConfigurationError, type OptionProblem } from "@doorward/boundary"

/** A setting that turned out wrong when it was used. */
export const wrongSetting = (option: string, message: string): ConfigurationError =>
  new ConfigurationError("doorward", [{ option, message }])

/** A mistake in one line: the variable, what is wrong, and what to do. */
export const problemLine = ({ option, message }: OptionProblem): string =>
  `${option} ${message}`.trimStart()
