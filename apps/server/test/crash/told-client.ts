import {
  authorizationUrl,
  callMcp,
  redeem,
  redirectUri,
  refresh,
  type Served,
  type TokenAnswer,
} from "../support/oauth-client.ts"
import { signInAs } from "../support/person.ts"

/** A grant as its client knows it. */
interface ToldGrant {
  clientId: string
  code: string
  accessToken: string
  /** Every refresh token that it was given; the last one is current. */
  refreshTokens: string[]
}

/** The server was not there to answer, or said that it could not. */
class Interrupted extends Error {}

/**
 * A client that registers, signs in and refreshes without end, and checks that everything the server
 * told it stays true, whatever happens to the server.
 */
export interface ToldClient {
  /** Goes on until the server is killed. @throws if the server refuses what it should not. */
  run(): Promise<void>
  /** Uses everything that it was told. @returns what does not work. */
  verify(): Promise<string[]>
  /** Uses codes and tokens again that were used, which ends their grants. @returns what worked and should not. */
  replay(): Promise<string[]>
  told(): { clients: number; grants: number; rotations: number }
}

export function createToldClient(
  served: Served,
  options: { username: string; isStruck: () => boolean; onTold: () => void },
): ToldClient {
  const { username, isStruck, onTold } = options
  const clients: { id: string; registrationToken: string }[] = []
  /** Codes whose redemption was not answered, and whether it was asked for. */
  const codes: { clientId: string; code: string; sent: boolean }[] = []
  const grants: ToldGrant[] = []
  let fresh: ToldGrant[] = []
  /** The grant whose refresh was not answered, if there is one: its token is soon too old to repeat. */
  let unanswered: ToldGrant | undefined
  let rotations = 0
  let signedIn = 0

  async function register(): Promise<string> {
    const response = await answered(
      fetch(`${served.server.url}/register`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          redirect_uris: [redirectUri],
          token_endpoint_auth_method: "none",
        }),
      }),
    )
    const body = (await response.json()) as Record<string, string>
    const { client_id: id = "", registration_access_token: registrationToken = "" } = body
    clients.push({ id, registrationToken })
    onTold()
    return id
  }

  async function signIn(): Promise<void> {
    const clientId = await register()
    const code = await obtainCode(clientId)
    const pending = { clientId, code, sent: false }
    codes.push(pending)
    onTold()
    // Some clients are slow: when they bring their code, the server has been restarted.
    if (signedIn++ % 4 === 3) return
    pending.sent = true
    await takeTokens(pending, await redeem(served, clientId, code))
  }

  async function obtainCode(clientId: string): Promise<string> {
    try {
      const url = authorizationUrl(served, clientId)
      const back = await signInAs(username, url, redirectUri)
      const code = back.searchParams.get("code")
      if (code) return code
      throw new Error(`no code: ${back.search}`)
    } catch (error) {
      throw isStruck() ? new Interrupted("the sign-in was cut short", { cause: error }) : error
    }
  }

  async function takeTokens(pending: (typeof codes)[number], answer: TokenAnswer): Promise<void> {
    const { access_token, refresh_token } = accepted(answer)
    codes.splice(codes.indexOf(pending), 1)
    const grant = {
      clientId: pending.clientId,
      code: pending.code,
      accessToken: String(access_token),
      refreshTokens: [String(refresh_token)],
    }
    grants.push(grant)
    fresh.push(grant)
    onTold()
  }

  async function rotate(grant: ToldGrant): Promise<void> {
    const current = grant.refreshTokens.at(-1) ?? ""
    unanswered = grant
    const { access_token, refresh_token } = accepted(await refresh(served, grant.clientId, current))
    unanswered = undefined
    grant.accessToken = String(access_token)
    grant.refreshTokens.push(String(refresh_token))
    rotations++
    onTold()
  }

  async function verifyGrant(grant: ToldGrant): Promise<string | undefined> {
    const { clientId, accessToken, refreshTokens } = grant
    const status = await callMcp(`${served.server.url}/mcp`, accessToken)
    if (status !== 200) return `an access token got ${status}`
    const spent = refreshTokens.at(-1) ?? ""
    try {
      await rotate(grant)
    } catch (error) {
      return `a refresh token did not work: ${error}`
    }
    const again = await refresh(served, clientId, spent)
    if (again.status !== 200) return `a refresh token got ${again.status} when it was repeated`
    return again.body.refresh_token === refreshTokens.at(-1)
      ? undefined
      : "a refresh token had two successors"
  }

  async function verifyClient(client: (typeof clients)[number]): Promise<string | undefined> {
    const response = await fetch(`${served.server.url}/register/${client.id}`, {
      headers: { authorization: `Bearer ${client.registrationToken}` },
    })
    await response.body?.cancel()
    return response.status === 200 ? undefined : `a client got ${response.status}`
  }

  return {
    async run() {
      try {
        for (let turn = 0; !isStruck(); turn++) {
          const grant = turn % 4 === 0 ? undefined : grants[turn % grants.length]
          await (grant ? rotate(grant) : signIn())
        }
      } catch (error) {
        if (!isStruck() || !(error instanceof Interrupted || error instanceof TypeError))
          throw error
      }
    },

    async verify() {
      const broken = unanswered ? [await verifyGrant(unanswered)] : []
      for (const client of clients) broken.push(await verifyClient(client))
      for (const pending of [...codes]) {
        const answer = await redeem(served, pending.clientId, pending.code)
        if (answer.status === 200) await takeTokens(pending, answer)
        // It may have been redeemed already, and only the answer lost.
        else if (pending.sent && answer.status === 400) codes.splice(codes.indexOf(pending), 1)
        else broken.push(`a code got ${answer.status}`)
      }
      for (const grant of grants) broken.push(await verifyGrant(grant))
      return broken.filter((problem) => problem !== undefined)
    },

    async replay() {
      const worked: string[] = []
      const [replayed, reused] = fresh.filter(({ refreshTokens }) => refreshTokens.length > 2)
      if (replayed) {
        const { status } = await redeem(served, replayed.clientId, replayed.code)
        if (status !== 400) worked.push(`a redeemed code got ${status}`)
      }
      if (reused) {
        const spent = reused.refreshTokens.at(-3) ?? ""
        const { status } = await refresh(served, reused.clientId, spent)
        if (status !== 400) worked.push(`a spent refresh token got ${status}`)
      }
      for (const grant of [replayed, reused]) {
        if (!grant) continue
        grants.splice(grants.indexOf(grant), 1)
        const current = grant.refreshTokens.at(-1) ?? ""
        const { status } = await refresh(served, grant.clientId, current)
        if (status !== 400) worked.push(`a grant got ${status} after its replay`)
      }
      fresh = []
      return worked
    },

    told: () => ({ clients: clients.length, grants: grants.length, rotations }),
  }
}

async function answered(request: Promise<Response>): Promise<Response> {
  const response = await request
  if (response.status >= 500) throw new Interrupted(`status ${response.status}`)
  if (!response.ok) throw new Error(`refused: ${response.status} ${await response.text()}`)
  return response
}

function accepted({ status, body }: TokenAnswer): Record<string, unknown> {
  if (status >= 500) throw new Interrupted(`status ${status}`)
  if (status !== 200) throw new Error(`refused: ${status} ${JSON.stringify(body)}`)
  return body
}
