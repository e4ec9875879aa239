import type { Fetch } from "../http/exchange.ts"

/** A way to get a person, or something that stands in for one, through the sign-in. */
export interface SignIn {
  /** Where the authorization server sends the browser back to. */
  redirectUri: string
  /**
   * Opens the authorization URL and waits for the callback.
   *
   * @param fetch for pages that are driven by the client itself.
   * @throws {Error} that says why no callback came.
   */
  visit(authorizationUrl: URL, fetch: Fetch): Promise<URL>
  /** Frees what it holds, such as a port. */
  close(): Promise<void>
}
