import { jwtVerifier } from "@doorward/jwt-verifier"
import {
  type IdentityProviderHarness,
  identityProviderConformance,
} from "@doorward/oauth-core/testing"
import { afterAll, beforeAll, describe, it } from "vitest"
import { oauthProvider, oidcProvider } from "../src/index.ts"
import {
  apiUpstream,
  confidential,
  type OpenidUpstream,
  openidUpstream,
  redirectUri,
} from "./openid-upstream.ts"

let openid: OpenidUpstream
let api: Awaited<ReturnType<typeof apiUpstream>>
beforeAll(async () => {
  openid = await openidUpstream()
  api = await apiUpstream()
})
afterAll(async () => {
  await openid[Symbol.asyncDispose]()
  await api[Symbol.asyncDispose]()
})

const scopes = ["tools.read", "tools.write"]

describe("oidcProvider", () => {
  const harness: IdentityProviderHarness = {
    open: (world) =>
      oidcProvider({
        issuer: openid.issuer,
        ...confidential,
        scopes: [...scopes, "email", "offline_access"],
        authorizeParameters: { prompt: "consent" },
        ...world,
      }),
    fetch: (url, init) => fetch(url, init),
    redirectUri,
    signIn: (url, person, decision) => openid.signIn(url, decision === "agree" ? person : decision),
    identityFrom: "id_token",
    otherScopes: ["tools.read"],
    revokes: true,
  }
  it.each(identityProviderConformance(harness))("$name", ({ run }) => run())
})

describe("oauthProvider", () => {
  const harness: IdentityProviderHarness = {
    open: (world) =>
      oauthProvider({
        authorizationEndpoint: `${api.issuer}/auth`,
        tokenEndpoint: `${api.issuer}/token`,
        revocationEndpoint: `${api.issuer}/token/revocation`,
        ...confidential,
        scopes,
        tokenVerifier: jwtVerifier({
          issuer: api.issuer,
          audience: api.audience,
          jwksUri: `${api.issuer}/jwks`,
          fetch: world.fetch,
          now: world.now,
        }),
        ...world,
      }),
    fetch: (url, init) => fetch(url, init),
    redirectUri,
    signIn: (url, person, decision) => api.signIn(url, decision === "agree" ? person : decision),
    identityFrom: "access_token",
    otherScopes: ["tools.read"],
    revokes: true,
  }
  it.each(identityProviderConformance(harness))("$name", ({ run }) => run())
})
