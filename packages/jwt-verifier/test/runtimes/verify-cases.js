import {
  ConfigurationError,
  introspectionVerifier,
  jwtVerifier,
  TokenError,
} from "@doorward/jwt-verifier"

/**
 * Verifies each case, in whatever runtime this is.
 *
 * @param {{ now: number, cases: { name: string, kind: "jwt" | "introspection", options: object, token: string, expected: string }[] }} input
 * @returns {Promise<{ name: string, expected: string, outcome: string }[]>} as outcomes the subject, the code of the refusal, or what is wrong with the options.
 */
export async function verifyCases({ now, cases }) {
  const results = []
  for (const { name, kind, options, token, expected } of cases) {
    results.push({
      name,
      expected,
      outcome: await verifyTwice(kind, { ...options, now: () => now }, token),
    })
  }
  return results
}

/**
 * @param {"jwt" | "introspection"} kind
 * @param {object} options
 * @param {string} token
 */
async function verifyTwice(kind, options, token) {
  try {
    const verifier = kind === "jwt" ? jwtVerifier(options) : introspectionVerifier(options)
    const first = await outcomeOf(verifier.verify(token))
    const again = await outcomeOf(verifier.verify(token))
    return again === first ? first : `${first}, then ${again}`
  } catch (error) {
    return error instanceof ConfigurationError ? error.message : `${error}`
  }
}

/** @param {Promise<{ subject: string }>} outcome */
async function outcomeOf(outcome) {
  try {
    return (await outcome).subject
  } catch (error) {
    return error instanceof TokenError ? error.code : `${error}`
  }
}
