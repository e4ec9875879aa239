import type { z } from "zod"

/**
 * The message for an issue whose schema does not define one, worded to follow the option's name. It
 * replaces zod's messages, which describe types instead of saying what to do.
 */
export function plainText(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined
        ? "is missing"
        : `must be ${kinds[issue.expected] ?? issue.expected}`
    case "invalid_value":
      return `must be ${listed(issue.values.map((value) => JSON.stringify(value)))}`
    case "too_small":
      return `must ${sized(issue.origin, "at least", issue.minimum, issue.inclusive)}`
    case "too_big":
      return `must ${sized(issue.origin, "at most", issue.maximum, issue.inclusive)}`
    case "invalid_format":
      return issue.format === "url" ? "must be a URL" : "has the wrong format"
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`
    case "invalid_union":
      return issue.input === undefined ? "is missing" : unionText(issue.errors)
    default:
      return "is not valid"
  }
}

const kinds: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  function: "a function",
  int: "a whole number",
  number: "a number",
  object: "an object",
  record: "an object",
  string: "a string",
}

/** Lists what a value may be when it matches no branch of a union. */
function unionText(branches: readonly (readonly z.core.$ZodIssue[])[]): string {
  const texts = branches.flatMap((issues) => issues.slice(0, 1).map(({ message }) => message))
  const kinds = texts.map((text) => text.replace(/^must be /, ""))
  return `must be ${kinds.join(", or ")}`
}

function sized(
  origin: string,
  bound: string,
  size: number | bigint,
  isInclusive: boolean | undefined,
): string {
  if (origin === "string") return `have ${bound} ${size} ${size === 1 ? "character" : "characters"}`
  if (origin === "array") return `have ${bound} ${size} ${size === 1 ? "entry" : "entries"}`
  if (isInclusive === false) return `be ${bound === "at least" ? "more" : "less"} than ${size}`
  return `be ${bound} ${size}`
}

function listed(values: readonly string[]): string {
  const last = values.at(-1) ?? "nothing"
  return values.length < 2 ? last : `${values.slice(0, -1).join(", ")} or ${last}`
}
