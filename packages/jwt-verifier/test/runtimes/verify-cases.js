import { introspectionVerifier, jwtVerifier, TokenError } from "../../dist/index.js"

/**
 * Verifies each case with the built package, in whatever runtime this is.
 *
 * @param {{ now: number, cases: { name: string, kind: "jwt" | "introspection", options: object, token: string, expected: string }[] }} input
 * @returns {Promise<{ name: string, expected: string, outcome: string }[]>} the subject or the code that each case ended with.
 */
export async function verifyCases({ now, cases }) {
  const results = []
  for (const { name, kind, options, token, expected } of cases) {
    const create = kind === "jwt" ? jwtVerifier : introspectionVerifier
    const verifier = create({ ...options, now: () => now })
    const first = await outcomeOf(verifier.verify(token))
    const again = await outcomeOf(verifier.verify(token))
    const outcome = again === first ? first : `${first}, then ${again}`
    results.push({ name, expected, outcome })
  }
  return results
}

/** @param {Promise<{ subject: string }>} outcome */
async function outcomeOf(outcome) {
  try {
    return (await outcome).subject
  } catch (error) {
    return error instanceof TokenError ? error.code : `${error}`
  }
}
