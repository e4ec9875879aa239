import { describe, expect, it } from "vitest"
import {
  defaultApp,
  defaultApps,
  defaultTenant,
  multiTenantApp,
  otherTenant,
  publicApp,
} from "../src/index.ts"
import { apiScope, RelyingParty, signInScope, start, type TokenAnswer } from "./relying-party.ts"

const day = 86_400_000
const bob = "bob@contoso.example"
const spaUri = "http://localhost:5173/callback"

interface Row {
  condition: string
  code: number
  status: number
  error: string
  text: string
  suberror?: string
  noUri?: true
  provoke(rp: RelyingParty): Promise<TokenAnswer>
}

/** A registration for what the default one does not have. */
function withApp(changes: object): RelyingParty {
  const [app] = defaultApps
  return new RelyingParty({ apps: [{ ...app, ...changes } as NonNullable<typeof app>] })
}

function spa(): RelyingParty {
  const rp = withApp({ redirectUris: [{ uri: spaUri, platform: "spa" }] })
  rp.redirectUri = spaUri
  rp.client = { client_id: defaultApp.clientId }
  return rp
}

const rows: Row[] = [
  {
    condition: "wrong secret",
    code: 7000215,
    status: 401,
    error: "invalid_client",
    text: `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${defaultApp.clientId}'.`,
    provoke: async (rp) => rp.redeem(await rp.signIn(), { client_secret: "wrong" }),
  },
  {
    condition: "expired secret",
    code: 7000222,
    status: 401,
    error: "invalid_client",
    text: `The provided client secret keys for app '${defaultApp.clientId}' are expired.`,
    provoke: async (rp) => {
      const secret = { value: defaultApp.clientSecret, expiresAt: "2026-08-13T21:24:29Z" }
      const changes = { secrets: [secret] }
      rp.emulator.control({ action: "update-app", clientId: defaultApp.clientId, changes })
      return rp.redeem(await rp.signIn())
    },
  },
  {
    condition: "no credential on a confidential client",
    code: 7000218,
    status: 401,
    error: "invalid_client",
    text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    provoke: async (rp) => rp.redeem(await rp.signIn(), { client_secret: undefined }),
  },
  {
    condition: "public client sends a credential",
    code: 700025,
    status: 401,
    error: "invalid_client",
    text: "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
    provoke: async (rp) => {
      rp.client = { client_id: publicApp.clientId }
      rp.redirectUri = publicApp.redirectUri
      return rp.redeem(await rp.signIn(bob), { client_secret: "secret" })
    },
  },
  {
    condition: "unknown app",
    code: 700016,
    status: 400,
    error: "unauthorized_client",
    text: `Application with identifier '${otherTenant.id}' was not found in the directory 'Contoso'.`,
    provoke: (rp) => rp.redeem("code", { client_id: otherTenant.id }),
  },
  {
    condition: "single-tenant app in another tenant",
    code: 700016,
    status: 400,
    error: "unauthorized_client",
    text: `Application with identifier '${defaultApp.clientId}' was not found in the directory 'Fabrikam'.`,
    provoke: (rp) => {
      rp.tenant = otherTenant.id
      return rp.redeem("code")
    },
  },
  {
    condition: "unknown tenant",
    code: 90002,
    status: 400,
    error: "invalid_tenant",
    text: "Tenant 'nowhere.example' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.",
    provoke: (rp) => {
      rp.tenant = "nowhere.example"
      return rp.redeem("code")
    },
  },
  {
    condition: "code reused",
    code: 54005,
    status: 400,
    error: "invalid_grant",
    text: "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.",
    provoke: async (rp) => {
      const code = await rp.signIn()
      await rp.redeem(code)
      return rp.redeem(code)
    },
  },
  {
    condition: "garbage code",
    code: 9002313,
    status: 400,
    error: "invalid_grant",
    text: "Invalid request. Request is malformed or invalid.",
    provoke: (rp) => rp.redeem("garbage"),
  },
  {
    condition: "garbage refresh token",
    code: 9002313,
    status: 400,
    error: "invalid_grant",
    text: "Invalid request. Request is malformed or invalid.",
    provoke: (rp) => rp.refresh("garbage"),
  },
  {
    condition: "code expired",
    code: 70008,
    status: 400,
    error: "invalid_grant",
    text: "The provided authorization code or refresh token has expired due to inactivity.",
    provoke: async (rp) => {
      const code = await rp.signIn()
      rp.clock.now += 600_000
      return rp.redeem(code)
    },
  },
  {
    condition: "verifier mismatch",
    code: 501481,
    status: 400,
    error: "invalid_grant",
    text: "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
    provoke: async (rp) => rp.redeem(await rp.signIn(), { code_verifier: "x".repeat(43) }),
  },
  {
    condition: "verifier missing",
    code: 50148,
    status: 400,
    error: "invalid_grant",
    text: "The code_verifier does not match the code_challenge supplied in the authorization request for PKCE.",
    provoke: async (rp) => rp.redeem(await rp.signIn(), { code_verifier: undefined }),
  },
  {
    condition: "verifier for a code that had no challenge",
    code: 501481,
    status: 400,
    error: "invalid_grant",
    text: "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
    provoke: async (rp) => {
      const noPkce = { code_challenge: undefined, code_challenge_method: undefined }
      return rp.redeem(await rp.signIn(bob, noPkce))
    },
  },
  {
    condition: "redirect differs at token",
    code: 500112,
    status: 400,
    error: "invalid_client",
    text: "The reply address 'http://localhost:8000/other' does not match the reply address 'http://localhost:8000/auth/callback' provided when requesting Authorization code.",
    provoke: async (rp) =>
      rp.redeem(await rp.signIn(), { redirect_uri: "http://localhost:8000/other" }),
  },
  {
    condition: "code of another tenant",
    code: 700005,
    status: 400,
    error: "invalid_grant",
    text: "Provided Authorization Code is intended to use against other tenant, thus rejected.",
    provoke: async () => {
      const rp = withApp({ signInAudience: "AzureADMultipleOrgs" })
      const code = await rp.signIn()
      rp.tenant = otherTenant.id
      return rp.redeem(code)
    },
  },
  {
    condition: "code of another client",
    code: 70000,
    status: 400,
    error: "invalid_grant",
    text: "Provided grant is invalid or malformed.",
    provoke: async (rp) => {
      const code = await rp.signIn()
      rp.emulator.control({
        action: "put-app",
        app: {
          clientId: otherTenant.id,
          name: "Other",
          tenantId: defaultTenant.id,
          secrets: ["s"],
        },
      })
      return rp.redeem(code, { client_id: otherTenant.id, client_secret: "s" })
    },
  },
  {
    condition: "refresh token of another client",
    code: 70000,
    status: 400,
    error: "invalid_grant",
    text: "Provided grant is invalid or malformed.",
    provoke: async (rp) => {
      const { refresh_token } = await rp.tokens()
      rp.client = {
        client_id: multiTenantApp.clientId,
        client_secret: multiTenantApp.clientSecret,
      }
      return rp.refresh(refresh_token)
    },
  },
  {
    condition: "web code redeemed with an Origin header",
    code: 9002326,
    status: 400,
    error: "invalid_request",
    text: "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. Request origin: 'http://localhost:5173'.",
    provoke: async (rp) => rp.redeem(await rp.signIn(), {}, { origin: "http://localhost:5173" }),
  },
  {
    condition: "SPA code without Origin",
    code: 9002327,
    status: 400,
    error: "invalid_request",
    text: "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
    provoke: async () => {
      const rp = spa()
      return rp.redeem(await rp.signIn())
    },
  },
  {
    condition: "SPA code without PKCE",
    code: 9002325,
    status: 400,
    error: "invalid_request",
    text: "Proof Key for Code Exchange is required for cross-origin authorization code redemption.",
    provoke: async () => {
      const rp = spa()
      const noPkce = { code_challenge: undefined, code_challenge_method: undefined }
      const code = await rp.signIn(bob, noPkce)
      return rp.redeem(code, {}, { origin: "http://localhost:5173" })
    },
  },
  {
    condition: "refresh token inactive for 90 days",
    code: 700082,
    status: 400,
    error: "invalid_grant",
    suberror: "bad_token",
    text: "The refresh token has expired due to inactivity. The token was issued on 2026-08-13T21:24:29.0000000Z and was inactive for 90.00:00:00.",
    provoke: async (rp) => {
      const { refresh_token } = await rp.tokens()
      rp.clock.now += 90 * day
      return rp.refresh(refresh_token)
    },
  },
  {
    condition: "SPA refresh token past 24 hours",
    code: 700084,
    status: 400,
    error: "invalid_grant",
    text: "The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which can't be extended.",
    provoke: async () => {
      const rp = spa()
      const origin = { origin: "http://localhost:5173" }
      const first = await rp.redeem(await rp.signIn(), {}, origin)
      rp.clock.now += day / 2
      const second = await rp.refresh(first.body.refresh_token, {}, origin)
      expect(second.status).toBe(200)
      rp.clock.now += day / 2
      return rp.refresh(second.body.refresh_token, {}, origin)
    },
  },
  {
    condition: "sessions revoked",
    code: 50173,
    status: 400,
    error: "invalid_grant",
    text: "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password. The grant was issued on '2026-08-13T21:24:29.0000000Z' and the TokensValidFrom date (before which tokens are not valid) for this user is '2026-08-13T21:24:30.0000000Z'.",
    provoke: async (rp) => {
      const { refresh_token } = await rp.tokens()
      rp.clock.now += 1000
      rp.emulator.control({ action: "revoke-sessions", username: bob })
      return rp.refresh(refresh_token)
    },
  },
  {
    condition: "consent missing",
    code: 65001,
    status: 400,
    error: "invalid_grant",
    suberror: "consent_required",
    noUri: true,
    text: `The user or administrator has not consented to use the application with ID '${defaultApp.clientId}' named 'Doorward (local)'. Send an interactive authorization request for this user and resource.`,
    provoke: async (rp) => rp.refresh((await rp.tokens()).refresh_token, { scope: "Mail.Read" }),
  },
  {
    condition: "OpenID Connect scope that was never consented to",
    code: 65001,
    status: 400,
    error: "invalid_grant",
    suberror: "consent_required",
    noUri: true,
    text: "The user or administrator has not consented to use the application",
    provoke: async (rp) => {
      const { refresh_token } = await rp.tokens(bob, { scope: `offline_access ${apiScope}` })
      return rp.refresh(refresh_token, { scope: `openid ${apiScope}` })
    },
  },
  {
    condition: "consent withdrawn",
    code: 65001,
    status: 400,
    error: "invalid_grant",
    suberror: "consent_required",
    noUri: true,
    text: "The user or administrator has not consented to use the application",
    provoke: async (rp) => {
      const { refresh_token } = await rp.tokens()
      rp.emulator.control({ action: "revoke-consent", clientId: publicApp.clientId })
      expect((await rp.refresh(refresh_token)).status).toBe(200)
      rp.emulator.control({ action: "revoke-consent", clientId: defaultApp.clientId })
      return rp.refresh(refresh_token)
    },
  },
  {
    condition: "guest removed from the tenant",
    code: 50020,
    status: 400,
    error: "invalid_grant",
    text: "User account '{EUII Hidden}' from identity provider 'https://sts.windows.net/d64e1151-e4d6-48c4-b7b2-6b08b64ea82b/' does not exist in tenant 'Contoso' and cannot access the application",
    provoke: async (rp) => {
      const username = "carol@fabrikam.example"
      const { refresh_token } = await rp.tokens(username)
      rp.emulator.control({ action: "update-user", username, changes: { guestIn: [] } })
      return rp.refresh(refresh_token)
    },
  },
  {
    condition: "user deleted",
    code: 50034,
    status: 400,
    error: "invalid_grant",
    text: "The user account {EUII Hidden} does not exist in the Contoso directory.",
    provoke: async (rp) => {
      const { refresh_token } = await rp.tokens()
      rp.emulator.control({ action: "remove-user", username: bob })
      return rp.refresh(refresh_token)
    },
  },
  {
    condition: "user disabled",
    code: 50057,
    status: 400,
    error: "invalid_grant",
    text: "The user account is disabled.",
    provoke: async (rp) => {
      const { refresh_token } = await rp.tokens()
      const changes = { disabled: true }
      rp.emulator.control({ action: "update-user", username: bob, changes })
      return rp.refresh(refresh_token)
    },
  },
  {
    condition: "user no longer assigned to the application",
    code: 50105,
    status: 400,
    error: "invalid_grant",
    text: `Your administrator has configured the application Doorward (local) ('${defaultApp.clientId}') to block users unless they are specifically granted ('assigned') access to the application.`,
    provoke: async () => {
      const rp = withApp({ assignmentRequired: true })
      const { refresh_token } = await rp.tokens()
      rp.emulator.control({ action: "update-user", username: bob, changes: { roles: {} } })
      return rp.refresh(refresh_token)
    },
  },
  {
    condition: "blocked by Conditional Access",
    code: 53003,
    status: 400,
    error: "invalid_grant",
    suberror: "message_only",
    text: "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
    provoke: async (rp) => {
      const { refresh_token } = await rp.tokens()
      rp.emulator.control({ action: "configure", conditionalAccess: [{ control: "block" }] })
      return rp.refresh(refresh_token)
    },
  },
  {
    condition: "second factor needed",
    code: 50076,
    status: 400,
    error: "interaction_required",
    suberror: "basic_action",
    text: `Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '${defaultApp.clientId}'.`,
    provoke: async (rp) => {
      const { refresh_token } = await rp.tokens()
      rp.emulator.control({ action: "configure", conditionalAccess: [{ control: "mfa" }] })
      return rp.refresh(refresh_token)
    },
  },
  {
    condition: "second factor must be set up",
    code: 50079,
    status: 400,
    error: "interaction_required",
    suberror: "basic_action",
    text: "you must enroll in multi-factor authentication to access",
    provoke: async (rp) => {
      const { refresh_token } = await rp.tokens()
      const changes = { mfaRegistered: false }
      rp.emulator.control({ action: "update-user", username: bob, changes })
      rp.emulator.control({ action: "configure", conditionalAccess: [{ control: "mfa" }] })
      return rp.refresh(refresh_token)
    },
  },
  {
    condition: "scope format",
    code: 70011,
    status: 400,
    error: "invalid_scope",
    text: "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope api:// is not valid.",
    provoke: async (rp) => rp.redeem(await rp.signIn(), { scope: "api://" }),
  },
  {
    condition: ".default beside another scope",
    code: 70011,
    status: 400,
    error: "invalid_scope",
    text: "The scope https://graph.microsoft.com/.default User.Read is not valid.",
    provoke: async (rp) =>
      rp.redeem(await rp.signIn(), { scope: "https://graph.microsoft.com/.default User.Read" }),
  },
  {
    condition: "scopes of several resources at token",
    code: 28000,
    status: 400,
    error: "invalid_scope",
    text: `Provided value for the input parameter scope is not valid because it contains more than one resource. Scope ${signInScope} User.Read is not valid.`,
    provoke: async (rp) => {
      const scope = `${signInScope} User.Read`
      return rp.redeem(await rp.signIn(bob, { scope }), { scope })
    },
  },
  {
    condition: "empty scope",
    code: 28003,
    status: 400,
    error: "invalid_request",
    text: "Provided value for the input parameter scope cannot be empty when requesting an access token using the provided authorization code. Please specify a valid scope.",
    provoke: async (rp) => rp.redeem(await rp.signIn(), { scope: " " }),
  },
  {
    condition: "no scope for a code of several resources",
    code: 28003,
    status: 400,
    error: "invalid_request",
    text: "Provided value for the input parameter scope cannot be empty",
    provoke: async (rp) => rp.redeem(await rp.signIn(bob, { scope: `${signInScope} User.Read` })),
  },
  {
    condition: "scope not on the resource",
    code: 650053,
    status: 400,
    error: "invalid_client",
    text: `The application 'Doorward (local)' asked for scope 'nothing' that doesn't exist on the resource '${defaultApp.clientId}'.`,
    provoke: async (rp) =>
      rp.redeem(await rp.signIn(), { scope: `api://${defaultApp.clientId}/nothing` }),
  },
  {
    condition: "resource unknown in tenant",
    code: 500011,
    status: 400,
    error: "invalid_resource",
    text: "The resource principal named api://nowhere was not found in the tenant named Contoso.",
    provoke: async (rp) => rp.redeem(await rp.signIn(), { scope: "api://nowhere/read" }),
  },
  {
    condition: "single-tenant resource in another tenant",
    code: 500011,
    status: 400,
    error: "invalid_resource",
    text: `The resource principal named api://${defaultApp.clientId} was not found in the tenant named Fabrikam.`,
    provoke: async (rp) => {
      rp.client = {
        client_id: multiTenantApp.clientId,
        client_secret: multiTenantApp.clientSecret,
      }
      rp.tenant = otherTenant.id
      const code = await rp.signIn("frank@fabrikam.example", { scope: "openid User.Read" })
      return rp.redeem(code, { scope: apiScope })
    },
  },
  {
    condition: "unknown grant",
    code: 70003,
    status: 400,
    error: "unsupported_grant_type",
    text: "The app requested an unsupported grant type 'password'.",
    provoke: (rp) => rp.token({ grant_type: "password" }),
  },
  ...["grant_type", "client_id", "code", "redirect_uri"].map(
    (parameter): Row => ({
      condition: `missing parameter ${parameter}`,
      code: 900144,
      status: 400,
      error: "invalid_request",
      text: `The request body must contain the following parameter: '${parameter}'.`,
      provoke: (rp) => rp.redeem("code", { [parameter]: undefined }),
    }),
  ),
  {
    condition: "missing parameter refresh_token",
    code: 900144,
    status: 400,
    error: "invalid_request",
    text: "The request body must contain the following parameter: 'refresh_token'.",
    provoke: (rp) => rp.token({ grant_type: "refresh_token" }),
  },
  {
    condition: "single-tenant app on /common",
    code: 50194,
    status: 400,
    error: "invalid_request",
    text: `Application '${defaultApp.clientId}'(Doorward (local)) is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'.`,
    provoke: (rp) => {
      rp.tenant = "common"
      return rp.redeem("code")
    },
  },
  {
    condition: "refresh without scope if the app is client and API",
    code: 90009,
    status: 400,
    error: "invalid_request",
    text: `Application '${defaultApp.clientId}'(api://${defaultApp.clientId}) is requesting a token for itself. This scenario is supported only if resource is specified using the GUID based App Identifier.`,
    provoke: async (rp) => rp.refresh((await rp.tokens()).refresh_token, { scope: undefined }),
  },
  {
    condition: "refresh by App ID URI in a tenant that requires the GUID",
    code: 90009,
    status: 400,
    error: "invalid_request",
    text: "is requesting a token for itself.",
    provoke: async (rp) => {
      const { refresh_token } = await rp.tokens()
      const changes = { selfByGuidOnly: true }
      rp.emulator.control({ action: "update-tenant", id: defaultTenant.id, changes })
      const byGuid = await rp.refresh(refresh_token, {
        scope: `${defaultApp.clientId}/access_as_user offline_access`,
      })
      expect(byGuid.body.scope).toBe(`${defaultApp.clientId}/access_as_user`)
      return rp.refresh(refresh_token)
    },
  },
  {
    condition: "resource of another application",
    code: 9010010,
    status: 400,
    error: "invalid_target",
    text: "The resource parameter provided in the request doesn't match with the requested scopes.",
    provoke: async (rp) => rp.redeem(await rp.signIn(), { resource: "http://localhost:8000/mcp" }),
  },
  {
    condition: "resource, as it was until 2026",
    code: 901002,
    status: 400,
    error: "invalid_request",
    text: "The 'resource' request parameter is not supported.",
    provoke: async (rp) => {
      rp.emulator.control({ action: "configure", resourceParameter: "refuse" })
      return rp.redeem(await rp.signIn(), { resource: `api://${defaultApp.clientId}` })
    },
  },
  {
    condition: "throttled",
    code: 90055,
    status: 429,
    error: "temporarily_unavailable",
    text: "There are too many incoming requests for the tenant.",
    provoke: async (rp) => {
      const fault = { endpoint: "token", code: 90055, retryAfter: 7 } as const
      rp.emulator.control({ action: "fail", fault })
      const answer = await rp.redeem("code")
      expect(answer.headers.get("retry-after")).toBe("7")
      return answer
    },
  },
]

describe("the token endpoint's errors", () => {
  it.each(rows)("AADSTS$code: $condition", async (row) => {
    const answer = await row.provoke(new RelyingParty())
    const { body } = answer
    expect({ status: answer.status, error: body.error, codes: body.error_codes }).toEqual({
      status: row.status,
      error: row.error,
      codes: [row.code],
    })
    expect(Object.keys(body)).toEqual([
      "error",
      "error_description",
      "error_codes",
      "timestamp",
      "trace_id",
      "correlation_id",
      ...(row.noUri ? [] : ["error_uri"]),
      ...(row.suberror === undefined ? [] : ["suberror"]),
      ...(row.error === "interaction_required" ? ["claims"] : []),
    ])
    expect(body.suberror).toBe(row.suberror)
    const text = body.error_description
    expect(text.startsWith(`AADSTS${row.code}: `)).toBe(true)
    expect(text).toContain(row.text)
    expect(text).not.toContain("…")
    const trace = ` Trace ID: ${body.trace_id} Correlation ID: ${body.correlation_id} Timestamp: ${body.timestamp}`
    expect(text.endsWith(trace)).toBe(true)
    expect(body.timestamp).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/)
    if (!row.noUri) {
      expect(body.error_uri).toBe(`https://login.microsoftonline.com/error?code=${row.code}`)
    }
  })

  it("writes the body exactly as Entra does", async () => {
    const rp = new RelyingParty()
    const id = "3c1b7a52-8d0e-4f6b-9a34-c2f1e0d5b678"
    const { body } = await rp.redeem("garbage", {}, { "client-request-id": id })
    const { trace_id } = body
    expect(body).toEqual({
      error: "invalid_grant",
      error_description: `AADSTS9002313: Invalid request. Request is malformed or invalid. Trace ID: ${trace_id} Correlation ID: ${id} Timestamp: 2026-08-13 21:24:29Z`,
      error_codes: [9002313],
      timestamp: "2026-08-13 21:24:29Z",
      trace_id,
      correlation_id: id,
      error_uri: "https://login.microsoftonline.com/error?code=9002313",
    })
    expect(rp.clock.now).toBe(start)
  })

  it("ignores a form of more than 256 KiB", async () => {
    const rp = new RelyingParty()
    const send = async (bytes: number) => {
      const { body } = await rp.token({ grant_type: "client_credentials", more: "x".repeat(bytes) })
      return body.error_description
    }
    expect(await send(1024)).toContain("'scope'")
    expect(await send(256 * 1024)).toContain("'grant_type'")
  })

  it("accepts client-request-id in the query too, but only a GUID", async () => {
    const rp = new RelyingParty()
    const ask = async (query: string) => {
      const url = `${rp.emulator.baseUrl}/${rp.tenant}/oauth2/v2.0/token?${query}`
      const response = await rp.emulator.fetch(new Request(url, { method: "POST" }))
      return ((await response.json()) as { correlation_id: string }).correlation_id
    }
    const id = "3c1b7a52-8d0e-4f6b-9a34-c2f1e0d5b678"
    expect(await ask(`client-request-id=${id}`)).toBe(id)
    expect(await ask("client-request-id=<script>")).toMatch(/^[0-9a-f-]{36}$/)
  })

  it("asks for the second factor with claims that the next sign-in can send", async () => {
    const rp = new RelyingParty()
    const { refresh_token } = await rp.tokens()
    const id = "a52f5f3d-8d7e-4f43-9f25-7f0b5a51c0de"
    const conditionalAccess = [{ id, control: "mfa" as const }]
    rp.emulator.control({ action: "configure", conditionalAccess })
    const { body } = await rp.refresh(refresh_token)
    expect(body.claims).toBe(`{"access_token":{"capolids":{"essential":true,"values":["${id}"]}}}`)
    const again = await rp.tokens(bob, { claims: String(body.claims) })
    expect((await rp.refresh(again.refresh_token)).status).toBe(200)
  })
})
