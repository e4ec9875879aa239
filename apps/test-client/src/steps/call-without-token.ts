import { bearerChallenge, type Challenge } from "../protocol/challenge.ts"
import { type Run, Stop } from "../step.ts"

/** Calls the server as a new client does, and reads its challenge (RFC 6750 §3). */
export async function callWithoutToken(run: Run, url: URL): Promise<Challenge | undefined> {
  const response = await run.fetch(probe(url))
  if (response.ok) {
    run.check("token-required", false)
    throw new Stop("The server answers without a token: there is nothing to sign in to.")
  }
  run.demand("token-required", response.status === 401, `It answers with ${response.status}.`)
  const challenge = bearerChallenge(response)
  if (
    !run.check(
      "bearer-challenge",
      challenge !== undefined,
      "WWW-Authenticate has no Bearer challenge",
    )
  ) {
    return undefined
  }
  const { resource_metadata, error, scope } = challenge?.parameters ?? {}
  run.check("challenge-metadata", resource_metadata !== undefined)
  run.check("challenge-without-error", error === undefined, `error="${error}"`)
  run.check("challenge-scope", scope !== undefined)
  const lists = scope?.split(" ").includes("offline_access") ?? false
  run.check("challenge-offline-access", !lists, "the challenge lists it")
  return challenge
}

/** The first message of every MCP client before 2026-07-28; nobody who is not signed in sees its answer. */
export function probe(url: URL, headers: Record<string, string> = {}): Request {
  return new Request(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...headers,
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 0,
      method: "initialize",
      params: {
        protocolVersion: "2025-11-25",
        capabilities: {},
        clientInfo: { name: "doorward-test-client", version: "0" },
      },
    }),
  })
}
