import { z } from "zod"
import { configurationSchema } from "./schema.ts"

type JsonSchema = Record<string, unknown>

/** What stands for a variable or a file. */
const reference: JsonSchema = { type: "string", pattern: "\\$\\{[^}]+\\}" }

/** The JSON Schema of the configuration file, for editors. */
export function configurationJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(configurationSchema, {
    io: "input",
    override({ zodSchema, jsonSchema }) {
      const { def } = zodSchema._zod
      if (def.type === "pipe" && jsonSchema.type === "array") accept(jsonSchema, { type: "string" })
      if (zodSchema instanceof z.ZodDefault) {
        jsonSchema.default = z.json().parse(zodSchema.def.defaultValue)
      }
      if (isNarrow(jsonSchema)) accept(jsonSchema, reference)
    },
  })
  const { required: _, ...rest } = schema
  const entra = schema.properties?.entra
  // Variables may give what the file leaves out.
  if (typeof entra === "object") delete entra.required
  return { title: "doorward.yaml", ...rest }
}

/** Whether a `${…}` would be refused. */
function isNarrow({ type, enum: values, format, pattern }: JsonSchema): boolean {
  if (type === "integer" || type === "number" || type === "boolean") return true
  return type === "string" && [values, format, pattern].some((each) => each !== undefined)
}

/** Lets a schema accept something else as well. */
function accept(schema: JsonSchema, other: JsonSchema): void {
  const { description, default: usual, ...own } = schema
  for (const key of Object.keys(own)) delete schema[key]
  schema.anyOf = [own, other]
}
