import {
  createEntraEmulator,
  defaultApp,
  defaultTenant,
  type EntraEmulator,
  type EntraEmulatorOptions,
} from "@doorward/entra-emulator"
import { headlessBrowser } from "@doorward/headless-browser"
import {
  IdentityProviderError,
  type SignIn,
  type UpstreamAuthorization,
} from "@doorward/oauth-core"
import { type AzureProviderOptions, azureProvider } from "../src/index.ts"

type Provider = ReturnType<typeof azureProvider>

/** A request that reached Entra ID, with what came back. */
export interface Exchange {
  url: URL
  method: string
  headers: Headers
  form: URLSearchParams
  status: number
}

/** An Entra ID for one test, with a clock that the test moves. */
export interface Entra {
  emulator: EntraEmulator
  clock: { now: number }
  wire: Exchange[]
  fetch: (url: string, init: RequestInit) => Promise<Response>
  provider(options?: Partial<AzureProviderOptions>): Provider
  request(provider: Provider, changes?: Partial<UpstreamAuthorization>): UpstreamAuthorization
  /** Goes through the pages and agrees to everything; returns the callback. */
  callback(provider: Provider, request: UpstreamAuthorization, username?: string): Promise<URL>
  signIn(
    provider: Provider,
    username?: string,
    changes?: Partial<UpstreamAuthorization>,
  ): Promise<SignIn>
}

export const registration = {
  tenantId: defaultTenant.id,
  clientId: defaultApp.clientId,
  clientSecret: defaultApp.clientSecret,
} as const

export function entra(options: EntraEmulatorOptions = {}): Entra {
  const clock = { now: Date.UTC(2031, 4, 1) }
  const emulator = createEntraEmulator({ now: () => clock.now, ...options })
  const wire: Exchange[] = []

  const self: Entra = {
    emulator,
    clock,
    wire,
    async fetch(url, init) {
      const request = new Request(url, init)
      const { method, headers } = request
      const form = new URLSearchParams(method === "POST" ? await request.clone().text() : "")
      const response = await emulator.fetch(request)
      wire.push({ url: new URL(url), method, headers, form, status: response.status })
      return response
    },
    provider: (changes) =>
      azureProvider({ ...registration, fetch: self.fetch, now: () => clock.now, ...changes }),
    request: (provider, changes) => ({
      state: "state",
      nonce: "nonce",
      codeVerifier: "v".repeat(43),
      redirectUri: defaultApp.redirectUri,
      scopes: provider.scopes,
      hints: {},
      ...changes,
    }),
    async callback(provider, request, username = "bob@contoso.example") {
      const browser = headlessBrowser({
        fetch: (sent) => emulator.fetch(sent),
        stopAt: request.redirectUri,
        now: () => clock.now,
      })
      let page = await browser.open((await provider.authorizationUrl(request)).href)
      if (!page.stopped) page = await page.submit("Next", { username })
      while (!page.stopped) page = await page.submit("accept")
      return page.url
    },
    async signIn(provider, username, changes) {
      const request = self.request(provider, changes)
      const callback = await self.callback(provider, request, username)
      return provider.redeem(callback.searchParams, request)
    },
  }
  return self
}

/** The form of the last token request. */
export function lastTokenRequest({ wire }: Entra): URLSearchParams {
  const exchange = wire.findLast(({ form }) => form.has("grant_type"))
  if (!exchange) throw new Error("no token request was sent")
  return exchange.form
}

/** The error that the operation fails with. */
export async function failureOf(operation: Promise<unknown>): Promise<IdentityProviderError> {
  const error = await operation.then(
    () => new Error("it did not fail"),
    (reason: unknown) => reason,
  )
  if (error instanceof IdentityProviderError) return error
  throw error
}
