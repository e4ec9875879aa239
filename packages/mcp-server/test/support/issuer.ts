import { jwtVerifier, type TokenVerifier } from "@doorward/jwt-verifier"
import type { GrantedToken, IdentityProviderError, UpstreamToken } from "@doorward/oauth-core"
import {
  exportJWK,
  generateKeyPair,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from "jose"
import type { IssuingProxy } from "../../src/index.ts"

export const ISSUER = "https://auth.example"
export const RESOURCE = "https://mcp.example/mcp"

const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true })
const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "k1", alg: "ES256", use: "sig" }] }

/** A token as the issuer signs it: good for {@link RESOURCE} unless `claims` or `header` say otherwise. */
export function signToken(
  claims: JWTPayload = {},
  header: Partial<JWTHeaderParameters> = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const payload = {
    iss: ISSUER,
    sub: "alice",
    aud: RESOURCE,
    client_id: "client-1",
    scope: "mcp.read",
    gid: "grant-1",
    iat: now,
    exp: now + 3600,
    ...claims,
  }
  return new SignJWT(payload)
    .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: "k1", ...header })
    .sign(privateKey)
}

export function verifierFor(audience = RESOURCE): TokenVerifier {
  return jwtVerifier({ issuer: ISSUER, audience, jwks })
}

export interface ProxyBehaviour {
  roles?: readonly string[]
  /** `undefined` if the provider does not say. Default: none. */
  groups?: readonly string[] | undefined
  tenantId?: string
  upstreamToken?: (scopes: readonly string[]) => Promise<UpstreamToken>
  /** Takes what tools say that APIs asked for. */
  required?: IdentityProviderError[]
  resources?: readonly string[]
  /** Whether the grants are still active. */
  isActive?: () => Promise<boolean>
}

/** What `oauthProxy` returns, as far as a resource server sees it: real tokens, a fixed identity. */
export function proxyOf(behaviour: ProxyBehaviour = {}): IssuingProxy {
  const resources = behaviour.resources ?? [RESOURCE]
  return {
    issuer: ISSUER,
    resources: resources.map((resource) => ({
      resource,
      name: "Example",
      scopes: ["mcp.read", "mcp.write"],
    })),
    tokenVerifier(resource) {
      const verifier = verifierFor(resource)
      const known = { groups: [], ...behaviour }
      return { verify: async (token) => grant(await verifier.verify(token), known) }
    },
  }
}

function grant(
  verified: Awaited<ReturnType<TokenVerifier["verify"]>>,
  {
    roles = [],
    groups,
    tenantId,
    upstreamToken,
    required,
    isActive = async () => true,
  }: ProxyBehaviour,
): GrantedToken {
  const identity = {
    issuer: "https://login.example",
    subject: verified.subject,
    name: "Alice",
    roles,
    ...(groups !== undefined && { groups }),
    ...(tenantId !== undefined && { tenantId }),
    claims: {},
  }
  return {
    ...verified,
    clientId: verified.clientId ?? "",
    identity,
    principal: { type: "person", identity },
    isActive,
    upstreamToken:
      upstreamToken ??
      (async (scopes) => ({ accessToken: "upstream", expiresAt: Date.now() + 60_000, scopes })),
    requireScopes: async () => undefined,
    requireClaims: async (challenge) => {
      required?.push(challenge)
    },
  }
}
