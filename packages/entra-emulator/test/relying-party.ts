import { createHash, randomBytes } from "node:crypto"
import type { EntraEmulatorOptions } from "../src/index.ts"
import { createEntraEmulator, defaultApp, defaultTenant, type EntraEmulator } from "../src/index.ts"
import { Visitor } from "./visitor.ts"

/** 2026-08-13 21:24:29Z */
export const start = Date.UTC(2026, 7, 13, 21, 24, 29)
export const apiScope = `api://${defaultApp.clientId}/access_as_user`
export const signInScope = `openid profile email offline_access ${apiScope}`

export interface TokenAnswer {
  status: number
  headers: Headers
  body: Record<string, unknown> & {
    access_token: string
    refresh_token: string
    id_token: string
    error_codes: number[]
    error_description: string
  }
}

/** An emulator whose clock stands still, and a client of it. */
export class RelyingParty {
  readonly emulator: EntraEmulator
  readonly clock = { now: start }
  readonly browser: Visitor
  tenant: string = defaultTenant.id
  client: Record<string, string> = {
    client_id: defaultApp.clientId,
    client_secret: defaultApp.clientSecret,
  }
  redirectUri: string = defaultApp.redirectUri
  verifier = randomBytes(32).toString("base64url")

  constructor(options: EntraEmulatorOptions = {}) {
    this.emulator = createEntraEmulator({ now: () => this.clock.now, ...options })
    const { baseUrl, fetch } = this.emulator
    this.browser = new Visitor(baseUrl, { fetch, now: () => this.clock.now })
  }

  authorizeUrl(parameters: Record<string, string | undefined> = {}): string {
    const all = {
      client_id: this.client.client_id,
      response_type: "code",
      redirect_uri: this.redirectUri,
      scope: signInScope,
      state: "af0ifjsldkj",
      nonce: "n-0S6_WzA2Mj",
      code_challenge: createHash("sha256").update(this.verifier).digest("base64url"),
      code_challenge_method: "S256",
      ...parameters,
    }
    const query = new URLSearchParams()
    for (const [name, value] of Object.entries(all)) {
      if (value !== undefined) query.set(name, value)
    }
    return `/${this.tenant}/oauth2/v2.0/authorize?${query}`
  }

  /** Signs in and accepts every page. @returns the code. */
  async signIn(
    username = "bob@contoso.example",
    parameters: Record<string, string | undefined> = {},
  ): Promise<string> {
    const { browser } = this
    await browser.open(this.authorizeUrl(parameters))
    if (browser.page.title === "Sign in") await browser.type("username", username)
    for (let page = 0; page < 3 && !browser.location; page++) {
      await browser.press("decision", "accept")
    }
    const code = browser.location?.searchParams.get("code")
    if (!code) throw new Error(`no code: ${browser.location ?? browser.page.text}`)
    return code
  }

  async token(
    parameters: Record<string, string | undefined>,
    headers: Record<string, string> = {},
  ): Promise<TokenAnswer> {
    const body = new URLSearchParams()
    for (const [name, value] of Object.entries({ ...this.client, ...parameters })) {
      if (value !== undefined) body.set(name, value)
    }
    const url = `${this.emulator.baseUrl}/${this.tenant}/oauth2/v2.0/token`
    const response = await this.emulator.fetch(new Request(url, { method: "POST", body, headers }))
    const answer = (await response.json()) as TokenAnswer["body"]
    return { status: response.status, headers: response.headers, body: answer }
  }

  redeem(code: string, parameters: Record<string, string | undefined> = {}, headers = {}) {
    return this.token(
      {
        grant_type: "authorization_code",
        code,
        redirect_uri: this.redirectUri,
        code_verifier: this.verifier,
        ...parameters,
      },
      headers,
    )
  }

  refresh(refreshToken: string, parameters: Record<string, string | undefined> = {}, headers = {}) {
    return this.token(
      {
        grant_type: "refresh_token",
        refresh_token: refreshToken,
        scope: signInScope,
        ...parameters,
      },
      headers,
    )
  }

  /** Signs in and redeems. */
  async tokens(
    username?: string,
    parameters: Record<string, string | undefined> = {},
    redemption: Record<string, string | undefined> = {},
  ): Promise<TokenAnswer["body"]> {
    const { body } = await this.redeem(await this.signIn(username, parameters), redemption)
    if (body.error !== undefined) throw new Error(body.error_description)
    return body
  }

  async graph(path: string, accessToken: string, method = "GET") {
    const headers = { authorization: `Bearer ${accessToken}` }
    const url = new URL(path, this.emulator.baseUrl)
    const response = await this.emulator.fetch(new Request(url, { method, headers }))
    const body = (await response.json()) as Record<string, unknown>
    return { status: response.status, headers: response.headers, body }
  }
}

export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"))
}

export function headerOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString("utf8"))
}
