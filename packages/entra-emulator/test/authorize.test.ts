import { describe, expect, it } from "vitest"
import {
  consumersTenantId,
  defaultApp,
  defaultTenant,
  multiTenantApp,
  otherTenant,
} from "../src/index.ts"
import { claimsOf, RelyingParty, signInScope } from "./relying-party.ts"
import { hiddenFields } from "./visitor.ts"

const bob = "bob@contoso.example"
const alice = "alice@contoso.example"
const carol = "carol@fabrikam.example"

/** Opens the authorization URL and expects an error redirect. @returns its parameters. */
async function refused(rp: RelyingParty, parameters: Record<string, string | undefined>) {
  await rp.browser.open(rp.authorizeUrl(parameters))
  return refusal(rp)
}

function refusal(rp: RelyingParty) {
  const { location } = rp.browser
  expect(location?.href.split("?")[0]).toBe(rp.redirectUri)
  return Object.fromEntries(location?.searchParams ?? [])
}

describe("errors that are shown as a page and never redirected", () => {
  const pages = [
    ["no client_id", { client_id: undefined }, 900144],
    ["an unknown client_id", { client_id: otherTenant.id }, 700016],
    ["no redirect_uri", { redirect_uri: undefined }, 900971],
    ["another redirect URI", { redirect_uri: "http://localhost:8000/other" }, 50011],
    [
      "a redirect URI in another case",
      { redirect_uri: "http://localhost:8000/Auth/callback" },
      50011,
    ],
    [
      "127.0.0.1 instead of localhost",
      { redirect_uri: "http://127.0.0.1:8000/auth/callback" },
      50011,
    ],
    ["[::1] instead of localhost", { redirect_uri: "http://[::1]:8000/auth/callback" }, 50011],
    ["a longer redirect URI", { redirect_uri: `${defaultApp.redirectUri}/more` }, 50011],
    ["a host that starts with it", { redirect_uri: "http://localhost:8000@evil.example/" }, 50011],
  ] as const
  it.each(pages)("%s", async (_, parameters, code) => {
    const rp = new RelyingParty()
    const page = await rp.browser.open(rp.authorizeUrl(parameters))
    expect(page.status).toBe(400)
    expect(page.text).toContain(`AADSTS${code}: `)
    expect(page.headers.get("content-type")).toBe("text/html; charset=UTF-8")
    expect(rp.browser.location).toBeUndefined()
  })

  it("a redirect URI of more than 256 characters, even if it is registered", async () => {
    const rp = new RelyingParty()
    const uri = (length: number) => "https://app.example/".padEnd(length, "x")
    const changes = { redirectUris: [uri(256), uri(257)] }
    rp.emulator.control({ action: "update-app", clientId: defaultApp.clientId, changes })
    const open = (length: number) => rp.browser.open(rp.authorizeUrl({ redirect_uri: uri(length) }))
    expect((await open(256)).title).toBe("Sign in")
    expect((await open(257)).text).toContain("AADSTS50011: ")
  })

  it("names the redirect URI and the application of AADSTS50011", async () => {
    const rp = new RelyingParty()
    const page = await rp.browser.open(
      rp.authorizeUrl({ redirect_uri: "https://evil.example/<b>" }),
    )
    expect(page.text).toContain(
      `The redirect URI &#39;https://evil.example/&lt;b&gt;&#39; specified in the request does not match the redirect URIs configured for the application &#39;${defaultApp.clientId}&#39;.`,
    )
  })

  it("an unknown tenant", async () => {
    const rp = new RelyingParty()
    rp.tenant = "nowhere.example"
    const page = await rp.browser.open(rp.authorizeUrl())
    expect(page.status).toBe(400)
    expect(page.text).toContain("AADSTS90002: Tenant &#39;nowhere.example&#39; not found.")
  })

  it("a single-tenant application on /common and /organizations", async () => {
    const rp = new RelyingParty()
    for (const alias of ["common", "organizations"]) {
      rp.tenant = alias
      expect((await rp.browser.open(rp.authorizeUrl())).text).toContain("AADSTS50194: ")
    }
  })
})

describe("errors that are redirected to the application", () => {
  const api = `api://${defaultApp.clientId}`
  const rows = [
    ["a bad prompt", { prompt: "please" }, 90023, "invalid_request"],
    [
      "select_account with login_hint",
      { prompt: "select_account", login_hint: bob },
      90005,
      "invalid_request",
    ],
    ["a bad challenge method", { code_challenge_method: "S512" }, 90023, "invalid_request"],
    ["a short challenge", { code_challenge: "short" }, 501491, "invalid_request"],
    ["no response_type", { response_type: undefined }, 900144, "invalid_request"],
    ["response_type id_token", { response_type: "id_token" }, 700054, "unsupported_response_type"],
    [
      "response_type token",
      { response_type: "id_token token" },
      700051,
      "unsupported_response_type",
    ],
    ["response_type nonsense", { response_type: "nonsense" }, 70005, "unsupported_response_type"],
    ["no scope", { scope: undefined }, 900144, "invalid_request"],
    ["a malformed scope", { scope: 'openid "quoted"' }, 70011, "invalid_scope"],
    ["a scope that the API does not have", { scope: `${api}/nothing` }, 650053, "invalid_client"],
    ["a scope that Graph does not have", { scope: "Nothing.Read" }, 650053, "invalid_client"],
    ["an unknown resource", { scope: "api://nowhere/read" }, 500011, "invalid_resource"],
    [
      "a resource of another application",
      { resource: "https://mcp.example/mcp" },
      9010010,
      "invalid_target",
    ],
    ["a resource with an extra slash", { resource: `${api}/` }, 9010010, "invalid_target"],
    [
      "the API's resource for a Graph scope",
      { scope: "User.Read", resource: api },
      9010010,
      "invalid_target",
    ],
  ] as const
  it.each(rows)("%s", async (_, parameters, code, error) => {
    const answer = await refused(new RelyingParty(), parameters)
    expect(Object.keys(answer)).toEqual(["error", "error_description", "error_uri", "state"])
    expect(answer).toMatchObject({ error, state: "af0ifjsldkj" })
    expect(answer.error_description).toMatch(
      new RegExp(
        `^AADSTS${code}: .+ Trace ID: \\S+ Correlation ID: \\S+ Timestamp: 2026-08-13 21:24:29Z$`,
      ),
    )
    expect(answer.error_uri).toBe(`https://login.microsoftonline.com/error?code=${code}`)
  })

  it("accepts the resource of the scopes, or, as before 2026, none", async () => {
    const rp = new RelyingParty()
    await rp.browser.open(rp.authorizeUrl({ resource: api }))
    expect(rp.browser.page.title).toBe("Sign in")
    rp.emulator.control({ action: "configure", resourceParameter: "refuse" })
    const answer = await refused(rp, { resource: api })
    expect(answer.error_description).toContain("AADSTS901002: ")
  })

  it("has no state if none was sent", async () => {
    const answer = await refused(new RelyingParty(), { prompt: "please", state: undefined })
    expect(answer).not.toHaveProperty("state")
  })

  it("cancelling the sign-in, or the permissions", async () => {
    const rp = new RelyingParty()
    await rp.browser.open(rp.authorizeUrl())
    await rp.browser.press("decision", "cancel")
    expect(refusal(rp)).toMatchObject({ error: "access_denied" })
    await rp.browser.open(rp.authorizeUrl())
    await rp.browser.press("username", bob)
    await rp.browser.press("decision", "cancel")
    expect(rp.browser.page.hops.at(-1)?.status).toBe(303)
    expect(refusal(rp).error_description).toContain(
      "AADSTS65004: User declined to consent to access the app.",
    )
  })
})

describe("redirect URIs", () => {
  it("ignores the port of http://localhost and redirects to the given one", async () => {
    const rp = new RelyingParty()
    rp.redirectUri = "http://localhost:43210/auth/callback"
    await rp.signIn()
    expect(rp.browser.location?.origin).toBe("http://localhost:43210")
  })

  it("answers in the fragment, or by a form that submits itself", async () => {
    const rp = new RelyingParty()
    await rp.signIn()
    await rp.browser.open(rp.authorizeUrl({ response_mode: "fragment" }))
    expect(rp.browser.location?.hash).toMatch(/^#code=.+&state=af0ifjsldkj&session_state=/)
    const page = await rp.browser.open(rp.authorizeUrl({ response_mode: "form_post" }))
    expect(page.forms).toHaveLength(1)
    expect(page.forms[0]?.action).toBe(rp.redirectUri)
    expect(Object.keys(hiddenFields(page))).toEqual(["code", "state", "session_state"])
    const answer = await refused(rp, { response_mode: "carrier_pigeon" })
    expect(answer.error_description).toContain(
      "AADSTS90023: Unsupported &#39;response_mode".replaceAll("&#39;", "'"),
    )
  })

  it("keeps the query of the registered URI", async () => {
    const uri = "http://localhost/cb?tenant=1"
    const rp = new RelyingParty()
    rp.emulator.control({
      action: "update-app",
      clientId: defaultApp.clientId,
      changes: { redirectUris: [uri] },
    })
    rp.redirectUri = "http://localhost:9/cb?tenant=1"
    await rp.signIn()
    expect(rp.browser.location?.href).toMatch(/^http:\/\/localhost:9\/cb\?tenant=1&code=/)
  })
})

describe("PKCE", () => {
  it("without a method means plain", async () => {
    const rp = new RelyingParty()
    const plain = { code_challenge: rp.verifier, code_challenge_method: undefined }
    expect((await rp.redeem(await rp.signIn(bob, plain))).status).toBe(200)
  })

  it("is not required of a web application", async () => {
    const rp = new RelyingParty()
    const none = { code_challenge: undefined, code_challenge_method: undefined }
    const code = await rp.signIn(bob, none)
    expect((await rp.redeem(code, { code_verifier: undefined })).status).toBe(200)
  })
})

describe("prompt and the browser's session", () => {
  it("signs in silently once there is a session", async () => {
    const rp = new RelyingParty()
    await rp.signIn()
    await rp.browser.open(rp.authorizeUrl({ prompt: "none" }))
    expect(rp.browser.location?.searchParams.has("code")).toBe(true)
  })

  it("prompt=none without a session is login_required", async () => {
    const answer = await refused(new RelyingParty(), { prompt: "none" })
    expect(answer).toMatchObject({ error: "login_required" })
    expect(answer.error_description).toContain("AADSTS50058: ")
  })

  it("prompt=none is interaction_required if consent or a second factor is missing", async () => {
    const rp = new RelyingParty()
    await rp.signIn()
    const scope = `${signInScope} Mail.Read`
    const unconsented = await refused(rp, { prompt: "none", scope })
    expect(unconsented).toMatchObject({ error: "interaction_required" })
    expect(unconsented.error_description).toContain("AADSTS65001: ")
    rp.emulator.control({ action: "configure", conditionalAccess: [{ control: "mfa" }] })
    const factor = await refused(rp, { prompt: "none" })
    expect(factor).toMatchObject({ error: "interaction_required" })
    expect(factor.error_description).toContain("AADSTS50076: ")
  })

  it.each(["login", "select_account"])("prompt=%s asks for the account again", async (prompt) => {
    const rp = new RelyingParty()
    await rp.signIn()
    expect((await rp.browser.open(rp.authorizeUrl({ prompt }))).title).toBe("Sign in")
  })

  it("a revoked session is not used", async () => {
    const rp = new RelyingParty()
    await rp.signIn()
    rp.clock.now += 1000
    rp.emulator.control({ action: "revoke-sessions", username: bob })
    expect((await rp.browser.open(rp.authorizeUrl())).title).toBe("Sign in")
  })

  it("a login_hint of another user asks for the account again, with the name filled in", async () => {
    const rp = new RelyingParty()
    await rp.signIn()
    const page = await rp.browser.open(rp.authorizeUrl({ login_hint: alice }))
    expect(page.title).toBe("Sign in")
    expect(page.text).toContain(`value="${alice}" required`)
  })

  it("a domain_hint narrows the list", async () => {
    const rp = new RelyingParty()
    const page = await rp.browser.open(rp.authorizeUrl({ domain_hint: "fabrikam.example" }))
    const names = page.forms.flatMap(({ buttons }) => buttons.map(({ value }) => value))
    expect(names).toContain(carol)
    expect(names).not.toContain(bob)
  })
})

describe("who may sign in", () => {
  it("an unknown name, or a disabled user, stays on the page", async () => {
    const rp = new RelyingParty()
    await rp.browser.open(rp.authorizeUrl())
    await rp.browser.type("username", "nobody@contoso.example")
    expect(rp.browser.page.title).toBe("Sign in")
    expect(rp.browser.page.text).toContain("AADSTS50034: ")
    await rp.browser.press("username", "dora@contoso.example")
    expect(rp.browser.page.text).toContain("AADSTS50057: The user account is disabled.")
    await rp.browser.press("username", bob)
    expect(rp.browser.page.title).toBe("Permissions requested")
  })

  it("a user of another tenant is refused on a page that offers to return or to use another account", async () => {
    const rp = new RelyingParty()
    await rp.browser.open(rp.authorizeUrl())
    await rp.browser.type("username", "frank@fabrikam.example")
    expect(rp.browser.page.text).toContain("AADSTS50020: ")
    await rp.browser.press("account", "other")
    expect(rp.browser.page.title).toBe("Sign in")
    await rp.browser.type("username", "frank@fabrikam.example")
    await rp.browser.press("decision", "cancel")
    const answer = refusal(rp)
    expect(answer.error).toBe("access_denied")
    expect(answer.error_description).toContain(
      `User account '{EUII Hidden}' from identity provider 'https://sts.windows.net/${otherTenant.id}/' does not exist in tenant 'Contoso' and cannot access the application '${defaultApp.clientId}'(Doorward (local)) in that tenant.`,
    )
  })

  it("a guest has an object id of their own in the tenant", async () => {
    const rp = new RelyingParty()
    const claims = claimsOf((await rp.tokens(carol)).id_token)
    expect(claims).toMatchObject({
      oid: "971f00dc-6eda-489b-b811-121d063a17cf",
      tid: defaultTenant.id,
      preferred_username: carol,
    })
  })

  it("only assigned users if assignment is required", async () => {
    const rp = new RelyingParty()
    const changes = { assignmentRequired: true }
    rp.emulator.control({ action: "update-app", clientId: defaultApp.clientId, changes })
    await rp.browser.open(rp.authorizeUrl())
    await rp.browser.type("username", "grace@contoso.example")
    expect(rp.browser.page.text).toContain("AADSTS50105: ")
    await rp.browser.press("decision", "cancel")
    expect(refusal(rp).error).toBe("access_denied")
  })

  const multi = () => {
    const rp = new RelyingParty()
    rp.client = { client_id: multiTenantApp.clientId, client_secret: multiTenantApp.clientSecret }
    return rp
  }
  const open = { scope: "openid profile offline_access User.Read" }

  it("users of every organization on /organizations, each in their own tenant", async () => {
    const rp = multi()
    rp.tenant = "organizations"
    await rp.browser.open(rp.authorizeUrl(open))
    const names = rp.browser.page.forms.flatMap(({ buttons }) => buttons.map(({ value }) => value))
    expect(names).toEqual(expect.arrayContaining([bob, carol]))
    expect(names).not.toContain("pat@outlook.example")
    const { id_token } = await rp.tokens(carol, open)
    expect(claimsOf(id_token)).toMatchObject({
      iss: `https://login.microsoftonline.com/${otherTenant.id}/v2.0`,
      tid: otherTenant.id,
    })
  })

  it("personal accounts on /common and /consumers, with their fixed tenant", async () => {
    for (const alias of ["common", "consumers"]) {
      const rp = multi()
      rp.tenant = alias
      const { id_token } = await rp.tokens("pat@outlook.example", open)
      expect(claimsOf(id_token)).toMatchObject({
        iss: `https://login.microsoftonline.com/${consumersTenantId}/v2.0`,
        tid: consumersTenantId,
      })
    }
  })

  it("no personal account if the registration is for organizations only", async () => {
    const rp = multi()
    const changes = { signInAudience: "AzureADMultipleOrgs" as const }
    rp.emulator.control({ action: "update-app", clientId: multiTenantApp.clientId, changes })
    rp.tenant = "common"
    await rp.browser.open(rp.authorizeUrl(open))
    await rp.browser.type("username", "pat@outlook.example")
    expect(rp.browser.page.text).toContain("AADSTS50020: ")
    rp.tenant = "consumers"
    expect((await rp.browser.open(rp.authorizeUrl(open))).text).toContain("AADSTS9002332: ")
  })

  it("an API that the user's tenant does not have is refused when the tenant is known", async () => {
    const rp = multi()
    rp.tenant = "organizations"
    await rp.browser.open(rp.authorizeUrl({ scope: signInScope }))
    await rp.browser.type("username", carol)
    expect(rp.browser.page.text).toContain("AADSTS500011: ")
    expect(rp.browser.page.text).toContain("was not found in the tenant named Fabrikam.")
  })

  it("no application for personal accounts only on /organizations, and no unknown one", async () => {
    const rp = multi()
    rp.tenant = "organizations"
    const changes = { signInAudience: "PersonalMicrosoftAccount" as const }
    rp.emulator.control({ action: "update-app", clientId: multiTenantApp.clientId, changes })
    expect((await rp.browser.open(rp.authorizeUrl(open))).text).toContain("AADSTS700016: ")
    const unknown = rp.authorizeUrl({ client_id: otherTenant.id })
    expect((await rp.browser.open(unknown)).text).toContain("AADSTS700016: ")
  })

  it("no work account on /consumers", async () => {
    const rp = multi()
    rp.tenant = "consumers"
    await rp.browser.open(rp.authorizeUrl(open))
    await rp.browser.type("username", bob)
    expect(rp.browser.page.text).toContain("AADSTS50020: ")
  })
})
