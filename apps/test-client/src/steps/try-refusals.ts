import { isLoopbackHost } from "@doorward/boundary"
import { bearerChallenge } from "../protocol/challenge.ts"
import type { Run } from "../step.ts"
import { probe } from "./call-without-token.ts"

/** Tries what a server must refuse, with a token that is valid apart from that. */
export async function tryRefusals(run: Run, url: URL, accessToken: string): Promise<void> {
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

  const forged = await run.fetch(probe(url, bearer(forge(accessToken))))
  const error = bearerChallenge(forged)?.parameters.error
  run.check(
    "forged-token-refused",
    forged.status === 401 && error === "invalid_token",
    `it answers with ${forged.status} ${error ?? ""}`,
  )

  const withQuery = new URL(url)
  withQuery.searchParams.set("access_token", accessToken)
  const byQuery = await run.fetch(probe(withQuery))
  run.check("query-token-ignored", byQuery.status === 401, `it answers with ${byQuery.status}`)

  const twice = `Bearer ${accessToken}, Bearer ${accessToken}`
  const two = await run.fetch(probe(url, { authorization: twice }))
  run.check("two-tokens-refused", two.status === 400, `it answers with ${two.status}`)

  const origin = "https://attacker.example"
  const foreign = await run.fetch(probe(url, { ...bearer(accessToken), origin }))
  run.check(
    isLoopbackHost(url.hostname) ? "local-origin-validated" : "origin-validated",
    foreign.status === 403,
    `it answers with ${foreign.status}`,
  )
}

/** The token with a wrong signature or, if it is not a JWT, a token that was never issued. */
function forge(token: string): string {
  const at = Math.floor(token.length - 10)
  const swapped = token[at] === "A" ? "B" : "A"
  return token.slice(0, at) + swapped + token.slice(at + 1)
}
