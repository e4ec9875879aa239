import { z } from "zod"

/** An option that is a function. What it takes and returns is not checked. */
export function functionOption<Type>() {
  return z.custom<Type>((value) => typeof value === "function", {
    error: "must be a function",
    abort: false,
  })
}
