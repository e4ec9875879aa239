import { CLIENT_ID } from "./policy.ts"

/** A token by client credentials (RFC 6749 §4.4). */
export async function tokenFrom(baseUrl: string, secret: string): Promise<string> {
  const body = new URLSearchParams({ grant_type: "client_credentials", resource: `${baseUrl}/mcp` })
  const authorization = `Basic ${Buffer.from(`${CLIENT_ID}:${secret}`).toString("base64")}`
  const response = await fetch(`${baseUrl}/token`, {
    method: "POST",
    body,
    headers: { authorization },
  })
  const answer = (await response.json()) as { access_token?: string }
  if (answer.access_token === undefined) throw new Error(`no token: ${JSON.stringify(answer)}`)
  return answer.access_token
}
