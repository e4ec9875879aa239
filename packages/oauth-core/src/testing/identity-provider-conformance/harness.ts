import type { IdentityProvider } from "../../ports/identity-provider.ts"

/** `fetch` as providers take it. */
export type ProviderFetch = (url: string, init: RequestInit) => Response | Promise<Response>

/** The way to the upstream, and the clock, that a provider under test is built with. */
export interface ProviderWorld {
  /** Every call upstream goes through it. */
  fetch: ProviderFetch
  /** Milliseconds since the epoch: the real time, unless a check moves it. */
  now: () => number
  /** Milliseconds that a call upstream may take. */
  timeout: number
}

/** What the suite needs to know about the provider it tests, with a real or emulated upstream behind it. */
export interface IdentityProviderHarness {
  /** A provider with at least one scope, all of which the upstream grants to whoever agrees. */
  open(world: ProviderWorld): IdentityProvider

  /** Reaches the upstream, which is in good health. */
  fetch: ProviderFetch

  /** Registered with the upstream. */
  redirectUri: string

  /**
   * Goes through the upstream's pages with a new browser, as one of two people, agreeing to everything or
   * declining. Returns the redirect URI with the answer in its query.
   */
  signIn(url: URL, person: "first" | "second", decision: "agree" | "decline"): Promise<URL>

  /**
   * Which token of a token response says who signed in; the suite forges its signature. With `id_token`
   * the nonce is checked too.
   */
  identityFrom: "id_token" | "access_token"

  /** Scopes that `tokenFor` gets a token for; `"none"` if the provider has no `tokenFor`. */
  otherScopes: readonly string[] | "none"

  /** Whether `revoke` ends the upstream's tokens. */
  revokes: boolean
}
