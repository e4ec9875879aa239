import type { z } from "zod"

/**
 * The fields of the schema for an interface of options: `z.strictObject({ … } satisfies OptionFields<X>)`
 * does not compile if an option is missing, is not in the interface, or accepts a value that the
 * interface does not allow.
 */
export type OptionFields<Options> = {
  readonly [Name in keyof Options]-?: z.ZodType<unknown, OrUndefined<Options[Name]> | undefined>
}

/** JavaScript programs may pass `undefined` for an option that they leave out, at any depth. */
type OrUndefined<T> = T extends (...parameters: never[]) => unknown
  ? T
  : T extends object
    ? { [Name in keyof T]: OrUndefined<T[Name]> | undefined }
    : T
