import type { z } from "zod"

/**
 * The fields of a schema that reads exactly the options of an interface, no name more and none less:
 * `z.strictObject({ … } satisfies OptionsShape<ServerOptions>)`.
 */
export type OptionsShape<Options> = {
  [Name in keyof Options]-?: z.ZodType<unknown, OrUndefined<Options[Name]> | undefined>
}

/** JavaScript programs pass `undefined` for what they leave out, at every depth. */
type OrUndefined<T> = T extends (...parameters: never[]) => unknown
  ? T
  : T extends object
    ? { [Name in keyof T]: OrUndefined<T[Name]> | undefined }
    : T
