import { addProblem, customOption, functionOption } from "@doorward/boundary"
import { z } from "zod"
import { type FetchFunction, globalFetch } from "./http/fetch-json.ts"
import { urlProblem } from "./http/secure-url.ts"

export const text = z.string().min(1, "must not be empty")

const textOrList = z.union([text, z.array(text).min(1)])

export const audience = textOrList.transform(toList)

export const requireScopes = z.array(text).default([])

export const secureUrl = z
  .union([z.string(), z.instanceof(URL)], { error: whatUrlMustBe })
  .superRefine(check(urlProblem))
  .transform((url) => new URL(url))

/** Zero or more, including `Infinity`. */
export const notNegative = customOption<number>(
  (value) => typeof value === "number" && value >= 0,
  "must be a number, 0 or more",
)

/** Bytes of memory for verified tokens. */
export const rememberBytes = notNegative.default(16 * 1024 * 1024)

export const leewaySeconds = notNegative.default(5)

export const fetchFunction = functionOption<FetchFunction>().default(() => globalFetch)

export const clock = functionOption<() => number>().default(() => Date.now)

/** A refinement by a function that says what is wrong with a value, if anything is. */
export function check<Type>(problemOf: (value: Type) => string | undefined) {
  return (value: Type, context: z.RefinementCtx): void => {
    const problem = problemOf(value)
    if (problem) addProblem(context, [], problem)
  }
}

export function toList(value: string | string[]): string[] {
  return typeof value === "string" ? [value] : value
}

function whatUrlMustBe({ input }: { input?: unknown }): string {
  return input === undefined ? "is missing" : "must be a URL"
}
