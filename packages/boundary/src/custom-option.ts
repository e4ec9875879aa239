import { z } from "zod"

/**
 * An option whose values no schema describes. Unlike one of `z.custom`, a wrong value does not keep the
 * checks of other options from running.
 *
 * @param error what it must be, read after the option's name.
 */
export function customOption<Type>(
  isType: (value: unknown) => boolean,
  error: string | ((issue: { input?: unknown }) => string),
) {
  return z.custom<Type>(isType, { error, abort: false })
}

/** An option that is a function. What it takes and returns is not checked. */
export const functionOption = <Type>() =>
  customOption<Type>((value) => typeof value === "function", "must be a function")

/** An option that is an object with these methods, such as one that implements a port. */
export function objectOption<Type>(error: string, ...methods: readonly (keyof Type & string)[]) {
  return customOption<Type>(
    (value) =>
      typeof value === "object" &&
      value !== null &&
      methods.every((method) => typeof Reflect.get(value, method) === "function"),
    error,
  )
}
