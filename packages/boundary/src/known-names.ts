import { z } from "zod"

/** The option names that a schema accepts in the object at this path. */
export function knownNames(
  schema: z.core.$ZodType,
  path: readonly PropertyKey[],
): readonly string[] {
  const inner = unwrapped(schema)
  if (inner instanceof z.ZodUnion) {
    return inner.options.flatMap((branch) => knownNames(branch, path))
  }
  const [key, ...rest] = path
  if (key === undefined) return inner instanceof z.ZodObject ? Object.keys(inner.shape) : []
  const next = schemaOf(inner, key)
  return next ? knownNames(next, rest) : []
}

function schemaOf(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodObject) return schema.shape[String(key)]
  if (schema instanceof z.ZodArray) return schema.element
  if (schema instanceof z.ZodRecord) return schema.valueType
  return undefined
}

/** Removes the wrappers that make a schema optional, nullable, defaulted, read-only or transformed. */
function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodReadonly
  ) {
    return unwrapped(schema.unwrap())
  }
  return schema instanceof z.ZodPipe ? unwrapped(schema.in) : schema
}
