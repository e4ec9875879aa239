import type { OAuthClientProvider as Sdk2Provider } from "@modelcontextprotocol/client"
import type { OAuthClientProvider as Sdk1Provider } from "@modelcontextprotocol/sdk/client/auth.js"

export const redirectUri = "http://127.0.0.1:33419/callback"

/** What the SDKs' OAuth clients need from an application: memory, and a way to open a browser. */
export class MemoryOAuthClient {
  readonly redirectUrl = redirectUri
  readonly clientMetadata = {
    client_name: "SDK client",
    redirect_uris: [redirectUri],
    token_endpoint_auth_method: "none",
  }
  /** Where the person was sent. */
  authorizationUrl: URL | undefined
  saved: { client?: never; tokens?: never; discovery?: never; verifier?: string } = {}

  state = () => "application-state"
  clientInformation = () => this.saved.client
  saveClientInformation = (client: unknown) => {
    this.saved.client = client as never
  }
  tokens = () => this.saved.tokens
  saveTokens = (tokens: unknown) => {
    this.saved.tokens = tokens as never
  }
  invalidateCredentials = (which: string) => {
    if (which === "tokens" || which === "all") delete this.saved.tokens
  }
  discoveryState = () => this.saved.discovery
  saveDiscoveryState = (discovery: unknown) => {
    this.saved.discovery = discovery as never
  }
  redirectToAuthorization = (url: URL) => {
    this.authorizationUrl = url
  }
  saveCodeVerifier = (verifier: string) => {
    this.saved.verifier = verifier
  }
  codeVerifier = () => this.saved.verifier ?? ""
}

/** Both SDK lines take the same shape. */
export const memoryOAuthClient = (): MemoryOAuthClient & Sdk1Provider & Sdk2Provider =>
  new MemoryOAuthClient()
