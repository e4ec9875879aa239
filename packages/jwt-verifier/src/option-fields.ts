import { addProblem } from "@doorward/boundary"
import { z } from "zod"
import { type FetchFunction, globalFetch } from "./http/fetch-json.ts"
import { urlProblem } from "./http/secure-url.ts"

export const text = z.string().min(1, "must not be empty")

const textOrList = z.union([text, z.array(text).min(1)])

export const audience = textOrList.transform(toList)

export const requireScopes = z.array(text).default([])

export const secureUrl = z
  .union([z.string(), z.instanceof(URL)], { error: urlKind })
  .superRefine((url, context) => {
    const problem = urlProblem(url)
    if (problem) addProblem(context, [], problem)
  })
  .transform((url) => new URL(url))

/** Zero or more, `Infinity` included. */
export const notNegative = z.custom<number>(
  (value) => typeof value === "number" && value >= 0,
  "must be a number, 0 or more",
)

/** Bytes of memory for verified tokens. */
export const rememberBytes = notNegative.default(16 * 1024 * 1024)

export const leewaySeconds = notNegative.default(5)

export const fetchFunction = functionField<FetchFunction>().default(() => globalFetch)

export const clock = functionField<() => number>().default(() => Date.now)

export function functionField<Type>() {
  return z.custom<Type>((value) => typeof value === "function", "must be a function")
}

export function toList(value: string | string[]): string[] {
  return typeof value === "string" ? [value] : value
}

function urlKind({ input }: { input?: unknown }): string {
  return input === undefined ? "is missing" : "must be a URL"
}
