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

/** Several of one kind, or one text with blanks or commas between them. */
export const listOf = <Schema extends z.ZodType>(entry: Schema) =>
  z.preprocess(
    (value) =>
      typeof value === "string" ? value.split(/[\s,]+/).filter((each) => each !== "") : value,
    z.array(entry),
  )

/** Texts. */
export const list = () => listOf(z.string())

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
