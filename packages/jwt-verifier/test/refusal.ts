import { expect } from "vitest"
import { TokenError, type TokenErrorCode } from "../src/index.ts"

/** The error of a verification, which must be a {@link TokenError}. */
export async function refusal(outcome: Promise<unknown>): Promise<TokenError> {
  const error = await outcome.then(
    () => expect.fail("The token was accepted"),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(TokenError)
  return error as TokenError
}

export async function expectRefusal(outcome: Promise<unknown>, code: TokenErrorCode) {
  expect((await refusal(outcome)).code).toBe(code)
}
