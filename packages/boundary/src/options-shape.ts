import type { z } from "zod"

/**
 * The fields of a schema that has exactly the same options as an interface:
 * `z.strictObject({ … } satisfies OptionsShape<ServerOptions>)`.
 */
export type OptionsShape<Options> = {
  [Name in keyof Options]-?: z.ZodType<unknown, OrUndefined<Options[Name]> | undefined>
}

/** JavaScript programs may pass `undefined` for an option that they leave out, at any depth. */
type OrUndefined<T> = T extends (...parameters: never[]) => unknown
  ? T
  : T extends object
    ? { [Name in keyof T]: OrUndefined<T[Name]> | undefined }
    : T
