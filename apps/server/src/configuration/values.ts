import { readFileSync } from "node:fs"
import { addProblem } from "@doorward/boundary"
import { z } from "zod"

/** A number, or its digits: variables hold text. */
export const numeric = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess(
    (value) => (typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value),
    schema,
  )

/** A boolean, or its name. */
export const flag = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === "true" ? true : value === "false" ? false : value), schema)

/** Texts, or one text with blanks or commas between them. */
export const list = () =>
  z.preprocess(
    (value) =>
      typeof value === "string" ? value.split(/[\s,]+/).filter((entry) => entry !== "") : value,
    z.array(z.string()),
  )

/** A regular expression, by its source. */
export const pattern = () =>
  z.string().transform((source, context) => {
    try {
      return new RegExp(source)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      addProblem(context, [], `must be a regular expression: ${reason}`)
      return z.NEVER
    }
  })

/** The content of the file that a text names. */
export const fileContent = (what: string) =>
  z.string().transform((path, context) => {
    try {
      return readFileSync(path)
    } catch {
      // A pasted certificate or key is not a path, and must not be printed.
      const shown = /[\r\n]|-----/.test(path) ? "this text" : path
      addProblem(context, [], `must be the path of ${what}; ${shown} cannot be read`)
      return z.NEVER
    }
  })
