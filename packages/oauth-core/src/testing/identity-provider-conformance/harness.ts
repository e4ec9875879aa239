import type { IdentityProvider } from "../../ports/identity-provider.ts"

/** A `fetch` function, as far as providers use it. */
export type ProviderFetch = (url: string, init: RequestInit) => Response | Promise<Response>

/** What a provider under test must use to reach the upstream and to tell the time. */
export interface ProviderWorld {
  /** Must be used for every upstream call. */
  fetch: ProviderFetch
  /** The clock, in milliseconds since the epoch. It is the real time unless a check moves it. */
  now: () => number
  /** How long an upstream call may take, in milliseconds. */
  timeoutMilliseconds: number
}

/** What the suite needs to know about the provider it tests. The upstream may be real or emulated. */
export interface IdentityProviderHarness {
  /**
   * Creates a provider with at least one scope. The upstream must grant all its scopes to a person who
   * agrees.
   */
  open(world: ProviderWorld): IdentityProvider

  /** Reaches the upstream, which must be healthy. */
  fetch: ProviderFetch

  /** A redirect URI that is registered with the upstream. */
  redirectUri: string

  /**
   * Goes through the upstream's pages in a new browser, as one of two people, and agrees to everything
   * or declines. Returns the redirect URI with the answer in its query.
   */
  signIn(url: URL, person: "first" | "second", decision: "agree" | "decline"): Promise<URL>

  /**
   * The token of a token response that says who signed in. The suite forges its signature. With
   * `id_token`, the suite also checks the nonce.
   */
  identityFrom: "id_token" | "access_token"

  /** Scopes for which `tokenFor` gets a token, or `"none"` if the provider has no `tokenFor`. */
  otherScopes: readonly string[] | "none"

  /** Whether the provider has a `revoke` that makes the upstream's tokens invalid. */
  revokes: boolean
}
