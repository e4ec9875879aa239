import type { OptionName } from "@doorward/boundary"
import type { UpstreamFetchOptions } from "@doorward/upstream-client"

/** How Entra ID is called, and in which words a failure is explained. */
export interface EntraCalls extends UpstreamFetchOptions {
  now: () => number
  /** What the operator calls an option. */
  optionName: OptionName
}
