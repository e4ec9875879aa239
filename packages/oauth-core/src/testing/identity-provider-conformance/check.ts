import {
  type IdentityProvider,
  IdentityProviderError,
  type SignIn,
  type UpstreamAuthorization,
  type UpstreamFailure,
} from "../../ports/identity-provider.ts"
import type { IdentityProviderHarness, ProviderFetch } from "./harness.ts"

export type ProviderCheck = readonly [
  name: string,
  check: (fixture: ProviderFixture) => Promise<void>,
]

/** A request that the provider made. */
export interface SentRequest {
  url: URL
  method: string
  form: URLSearchParams
}

/** What a check works with: a provider, and control over the connection to its upstream. */
export interface ProviderFixture {
  readonly harness: IdentityProviderHarness
  readonly provider: IdentityProvider
  /** Creates another provider with this timeout. */
  open(timeoutMilliseconds: number): IdentityProvider
  /** Every request to the upstream since the check started. */
  readonly sent: readonly SentRequest[]
  /** How far the provider's clock is ahead of the real time, in milliseconds. */
  readonly clock: { ahead: number }
  /** Answers instead of the upstream, unless it returns `undefined`. */
  intercept: ((request: SentRequest, signal: AbortSignal | null) => Answer) | undefined
  /** Changes the upstream's answers at the token endpoint. */
  alter: ((body: Record<string, unknown>) => void) | undefined
  request(changes?: Partial<UpstreamAuthorization>): UpstreamAuthorization
  /** Signs in at the upstream and returns the parameters of the callback. */
  callback(request: UpstreamAuthorization, person?: "first" | "second"): Promise<URLSearchParams>
  /** Completes a whole sign-in. */
  signIn(person?: "first" | "second"): Promise<SignIn>
}

type Answer = Response | Promise<Response> | undefined

/** The provider's timeout, in milliseconds. A healthy upstream never takes this long. */
const patience = 10_000

export function openFixture(harness: IdentityProviderHarness): ProviderFixture {
  const sent: SentRequest[] = []
  const clock = { ahead: 0 }

  const fetch: ProviderFetch = async (url, init) => {
    const form = new URLSearchParams(init.body instanceof URLSearchParams ? init.body : "")
    const request = { url: new URL(url), method: init.method ?? "GET", form }
    sent.push(request)
    const answer = await fixture.intercept?.(request, init.signal ?? null)
    if (answer) return answer
    const response = await harness.fetch(url, init)
    return fixture.alter && form.has("grant_type") ? altered(response, fixture.alter) : response
  }

  const open = (timeoutMilliseconds: number) =>
    harness.open({ fetch, now: () => Date.now() + clock.ahead, timeoutMilliseconds })

  const fixture: ProviderFixture = {
    harness,
    provider: open(patience),
    open,
    sent,
    clock,
    intercept: undefined,
    alter: undefined,
    request: (changes) => ({
      state: random(),
      nonce: random(),
      codeVerifier: random(),
      redirectUri: harness.redirectUri,
      scopes: fixture.provider.scopes,
      hints: {},
      ...changes,
    }),
    async callback(request, person = "first") {
      const url = await fixture.provider.authorizationUrl(request)
      return (await harness.signIn(url, person, "agree")).searchParams
    },
    async signIn(person) {
      const request = fixture.request()
      return fixture.provider.redeem(await fixture.callback(request, person), request)
    },
  }
  return fixture
}

async function altered(
  response: Response,
  alter: (body: Record<string, unknown>) => void,
): Promise<Response> {
  const body = await response.json()
  alter(body)
  return Response.json(body, { status: response.status })
}

/** A random text of 43 characters, long enough for a code verifier (RFC 7636 §4.1). */
function random(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .slice(0, 43)
}

export function assert(condition: boolean, failure: string): asserts condition {
  if (!condition) throw new Error(failure)
}

export function assertEqual(actual: unknown, expected: unknown, what: string): void {
  const [was, should] = [JSON.stringify(actual), JSON.stringify(expected)]
  assert(was === should, `${what}: expected ${should}, got ${was}`)
}

/** Checks that the operation fails in one of these ways, and returns its error. */
export async function assertFails(
  operation: Promise<unknown>,
  failures: readonly UpstreamFailure[],
  what: string,
): Promise<IdentityProviderError> {
  const error = await operation.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  assert(error !== undefined, `${what}: expected an error, got an answer`)
  assert(
    error instanceof IdentityProviderError,
    `${what}: expected an IdentityProviderError, got ${error}`,
  )
  assert(
    failures.includes(error.failure),
    `${what}: expected ${failures.join(" or ")}, got ${error.failure} (${error.reason})`,
  )
  return error
}

/** The requests to the token endpoint. */
export function tokenRequests({ sent }: ProviderFixture): readonly SentRequest[] {
  return sent.filter(({ form }) => form.has("grant_type"))
}
