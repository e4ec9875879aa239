import { createHash, createPublicKey, X509Certificate } from "node:crypto"
import { describe, expect, it } from "vitest"
import {
  consumersTenantId,
  createEntraEmulator,
  defaultTenant,
  type EntraEmulatorOptions,
} from "../src/index.ts"

type Answer = Record<string, unknown> & {
  keys: { kid: string; x5c: [string]; issuer: string }[]
  metadata: { aliases: string[] }[]
}

async function get(path: string, options: EntraEmulatorOptions = {}) {
  const emulator = createEntraEmulator(options)
  const response = await emulator.fetch(new Request(new URL(path, emulator.baseUrl)))
  return { response, body: (await response.json()) as Answer }
}

const metadata = (tenant: string) => `/${tenant}/v2.0/.well-known/openid-configuration`

describe("discovery", () => {
  it("serves every member in Entra's order", async () => {
    const { response, body } = await get(metadata("contoso.example"))
    expect(response.headers.get("access-control-allow-origin")).toBe("*")
    const root = "https://login.microsoftonline.com/contoso.example"
    expect(Object.entries(body)).toEqual([
      ["token_endpoint", `${root}/oauth2/v2.0/token`],
      [
        "token_endpoint_auth_methods_supported",
        ["client_secret_post", "private_key_jwt", "client_secret_basic"],
      ],
      ["jwks_uri", `${root}/discovery/v2.0/keys`],
      ["response_modes_supported", ["query", "fragment", "form_post"]],
      ["subject_types_supported", ["pairwise"]],
      ["id_token_signing_alg_values_supported", ["RS256"]],
      ["response_types_supported", ["code", "id_token", "code id_token", "id_token token"]],
      ["scopes_supported", ["openid", "profile", "email", "offline_access"]],
      ["issuer", `https://login.microsoftonline.com/${defaultTenant.id}/v2.0`],
      ["request_uri_parameter_supported", false],
      ["userinfo_endpoint", "https://graph.microsoft.com/oidc/userinfo"],
      ["authorization_endpoint", `${root}/oauth2/v2.0/authorize`],
      ["device_authorization_endpoint", `${root}/oauth2/v2.0/devicecode`],
      ["http_logout_supported", true],
      ["frontchannel_logout_supported", true],
      ["end_session_endpoint", `${root}/oauth2/v2.0/logout`],
      [
        "claims_supported",
        "sub iss cloud_instance_name cloud_instance_host_name cloud_graph_host_name msgraph_host aud exp iat auth_time acr nonce preferred_username name tid ver at_hash c_hash email".split(
          " ",
        ),
      ],
      ["kerberos_endpoint", `${root}/kerberos`],
      ["tenant_region_scope", null],
      ["cloud_instance_name", "microsoftonline.com"],
      ["cloud_graph_host_name", "graph.windows.net"],
      ["msgraph_host", "graph.microsoft.com"],
      ["rbac_url", "https://pas.windows.net"],
    ])
  })

  it.each([
    ["common", "{tenantid}"],
    ["organizations", "{tenantid}"],
    ["consumers", consumersTenantId],
    [defaultTenant.id.toUpperCase(), defaultTenant.id],
  ])("the issuer of /%s has %s", async (tenant, inIssuer) => {
    const { body } = await get(metadata(tenant))
    expect(body.issuer).toBe(`https://login.microsoftonline.com/${inIssuer}/v2.0`)
  })

  it("keeps issuer, endpoints and Graph apart", async () => {
    const { body } = await get(metadata("common"), {
      baseUrl: "http://localhost:9400",
      issuerBase: "https://login.microsoftonline.us",
      graphUrl: "http://localhost:9401/",
    })
    expect(body.issuer).toBe("https://login.microsoftonline.us/{tenantid}/v2.0")
    expect(body.token_endpoint).toBe("http://localhost:9400/common/oauth2/v2.0/token")
    expect(body.userinfo_endpoint).toBe("http://localhost:9401/oidc/userinfo")
    expect(body.msgraph_host).toBe("graph.microsoft.us")
    const china = await get(metadata("common"), {
      baseUrl: "https://login.partner.microsoftonline.cn",
    })
    expect(china.body.userinfo_endpoint).toBe(
      "https://microsoftgraph.chinacloudapi.cn/oidc/userinfo",
    )
  })

  it("answers an unknown tenant as the token endpoint does", async () => {
    const { response, body } = await get(metadata("nowhere.example"))
    expect(response.status).toBe(400)
    expect(body).toMatchObject({ error: "invalid_tenant", error_codes: [90002] })
  })

  it("ignores the Host header", async () => {
    const emulator = createEntraEmulator({ baseUrl: "http://localhost:9400" })
    const url = `http://evil.example${metadata("common")}`
    const headers = { "x-forwarded-host": "evil.example" }
    const response = await emulator.fetch(new Request(url, { headers }))
    expect(await response.text()).not.toContain("evil")
  })
})

describe("keys", () => {
  it("are two or more, without alg, each with its certificate, thumbprint and issuer", async () => {
    const { body } = await get("/common/discovery/v2.0/keys")
    expect(body.keys).toHaveLength(2)
    for (const key of body.keys) {
      expect(Object.keys(key)).toEqual(["kty", "use", "kid", "x5t", "n", "e", "x5c", "issuer"])
      expect(key).toMatchObject({
        kty: "RSA",
        use: "sig",
        x5t: key.kid,
        issuer: "https://login.microsoftonline.com/{tenantid}/v2.0",
      })
      const der = Buffer.from(key.x5c[0], "base64")
      expect(createHash("sha1").update(der).digest("base64url")).toBe(key.kid)
      const certificate = new X509Certificate(der)
      expect(certificate.verify(certificate.publicKey)).toBe(true)
      const publicKey = createPublicKey({ key, format: "jwk" })
      expect(certificate.publicKey.equals(publicKey)).toBe(true)
    }
  })

  it("of consumers have the GUID in their issuer", async () => {
    const { body } = await get("/consumers/discovery/v2.0/keys")
    expect(body.keys[0]?.issuer).toBe(`https://login.microsoftonline.com/${consumersTenantId}/v2.0`)
  })
})

describe("instance discovery", () => {
  const path = (host: string) =>
    `/common/discovery/instance?api-version=1.1&authorization_endpoint=${encodeURIComponent(`https://${host}/common/oauth2/v2.0/authorize`)}`

  it("lists the hosts of the cloud", async () => {
    const { body } = await get(path("login.windows.net"))
    expect(body.tenant_discovery_endpoint).toBe(
      "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration",
    )
    expect(body.metadata[0]?.aliases).toContain("sts.windows.net")
  })

  it("refuses an unknown host", async () => {
    const { body } = await get(path("login.evil.example"))
    expect(body).toMatchObject({ error: "invalid_instance", error_codes: [50049] })
  })
})

it("every answer has the emulator's time, refusals too", async () => {
  const emulator = createEntraEmulator({ now: () => Date.UTC(2031, 4, 1) })
  emulator.control({ action: "advance-clock", seconds: 90 })
  for (const path of [metadata("contoso.example"), metadata("nowhere.example")]) {
    const response = await emulator.fetch(new Request(new URL(path, emulator.baseUrl)))
    expect(response.headers.get("date")).toBe("Thu, 01 May 2031 00:01:30 GMT")
  }
})
