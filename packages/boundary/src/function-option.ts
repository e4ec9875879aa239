import { z } from "zod"

/** An option that is a function. Its parameters and return value are not checked. */
export function functionOption<Type>() {
  return z.custom<Type>((value) => typeof value === "function", {
    error: "must be a function",
    abort: false,
  })
}
