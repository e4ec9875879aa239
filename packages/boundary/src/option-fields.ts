import type { z } from "zod"

/**
 * The fields of the schema for an interface of options: `z.strictObject({ … } satisfies OptionFields<X>)`
 * does not compile if an option is missing, is not in the interface, or takes what the interface does
 * not allow.
 */
export type OptionFields<Options> = {
  readonly [Name in keyof Options]-?: z.ZodType<unknown, Options[Name]>
}
