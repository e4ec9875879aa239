import { getDefaultEnvironment } from "@modelcontextprotocol/sdk/client/stdio.js"
import type { Caller } from "../identity/caller.ts"
import { identityValues } from "../identity/identity-values.ts"

/**
 * The whole environment of a process: `PATH`, `HOME` and the like, what the options have, and who is
 * calling. Nothing else of this process's environment is in it.
 *
 * @param caller whose process it is; `undefined` if it is not to know.
 */
export function processEnvironment(
  environment: Readonly<Record<string, string>>,
  caller: Caller | undefined,
): Record<string, string> {
  const variables = { ...getDefaultEnvironment(), ...environment }
  for (const [name, value] of caller ? identityValues(caller) : []) {
    variables[`DOORWARD_${name.toUpperCase()}`] = value
  }
  return variables
}
