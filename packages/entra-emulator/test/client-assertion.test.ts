import { createHash, generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto"
import { exportJWK, SignJWT } from "jose"
import { describe, expect, it } from "vitest"
import { defaultApp, defaultTenant, selfSignedCertificate } from "../src/index.ts"
import { claimsOf, RelyingParty, start } from "./relying-party.ts"

const tokenEndpoint = `https://login.microsoftonline.com/${defaultTenant.id}/oauth2/v2.0/token`
const now = start / 1000

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
const certificate = selfSignedCertificate({
  privateKey,
  commonName: "doorward",
  notBefore: new Date("2026-01-01T00:00:00Z"),
  notAfter: new Date("2030-01-01T00:00:00Z"),
})
const thumbprint = (algorithm: string) =>
  createHash(algorithm).update(certificate.der).digest("base64url")

interface AssertionOptions {
  header?: Record<string, unknown>
  claims?: Record<string, unknown>
  alg?: string
  key?: KeyObject
}

function assertion({ header, claims, alg = "PS256", key = privateKey }: AssertionOptions = {}) {
  return new SignJWT({
    aud: tokenEndpoint,
    iss: defaultApp.clientId,
    sub: defaultApp.clientId,
    jti: randomUUID(),
    iat: now,
    nbf: now,
    exp: now + 300,
    ...claims,
  })
    .setProtectedHeader({ alg, typ: "JWT", ...(header ?? { "x5t#S256": thumbprint("sha256") }) })
    .sign(key)
}

function party(changes: object = { certificates: [certificate.pem] }): RelyingParty {
  const rp = new RelyingParty()
  rp.emulator.control({ action: "update-app", clientId: defaultApp.clientId, changes })
  rp.client = { client_id: defaultApp.clientId }
  return rp
}

async function ask(rp: RelyingParty, client_assertion: string) {
  return rp.token({
    grant_type: "client_credentials",
    scope: `api://${defaultApp.clientId}/.default`,
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion,
  })
}

describe("certificate", () => {
  it.each([
    ["PS256 with x5t#S256", { alg: "PS256" }],
    ["RS256 with x5t", { alg: "RS256", header: { x5t: thumbprint("sha1") } }],
    [
      "the issuer as audience",
      { claims: { aud: `https://login.microsoftonline.com/${defaultTenant.id}/v2.0` } },
    ],
    [
      "the domain in the audience",
      { claims: { aud: tokenEndpoint.replace(defaultTenant.id, "contoso.example") } },
    ],
  ])("%s", async (_, options) => {
    const { status, body } = await ask(party(), await assertion(options))
    expect(status).toBe(200)
    expect(claimsOf(body.access_token).azpacr).toBe("2")
  })

  it("works for sign-in and refresh as well", async () => {
    const rp = party()
    const credential = async () => ({
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: await assertion(),
    })
    const { body } = await rp.redeem(await rp.signIn(), await credential())
    expect((await rp.refresh(body.refresh_token, await credential())).status).toBe(200)
  })

  const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey
  it.each([
    ["an unknown thumbprint", { header: { x5t: "AAAAAAAAAAAAAAAAAAAAAAAAAAA" } }, 700027],
    ["no thumbprint", { header: {} }, 700027],
    ["another key", { key: other }, 700027],
    ["an audience elsewhere", { claims: { aud: "https://evil.example/token" } }, 700023],
    ["no audience", { claims: { aud: undefined } }, 700023],
    ["expired", { claims: { exp: now - 301 } }, 700024],
    ["not yet valid", { claims: { nbf: now + 301 } }, 700024],
    ["no expiry", { claims: { exp: undefined } }, 700024],
    ["another subject", { claims: { sub: defaultTenant.id } }, 700021],
    ["another issuer", { claims: { iss: defaultTenant.id } }, 700021],
  ])("%s", async (_, options, code) => {
    const { status, body } = await ask(party(), await assertion(options))
    expect({ status, error: body.error, codes: body.error_codes }).toEqual({
      status: 401,
      error: "invalid_client",
      codes: [code],
    })
  })

  it("not a JWT", async () => {
    const { body } = await ask(party(), "nonsense")
    expect(body).toMatchObject({ error: "invalid_request", error_codes: [50027] })
  })

  it("HS256 with the public key as the secret is not a signature", async () => {
    const forged = await new SignJWT({
      aud: tokenEndpoint,
      iss: defaultApp.clientId,
      sub: defaultApp.clientId,
      nbf: now,
      exp: now + 300,
    })
      .setProtectedHeader({ alg: "HS256", "x5t#S256": thumbprint("sha256") })
      .sign(Buffer.from(certificate.pem))
    expect((await ask(party(), forged)).body.error_codes).toEqual([700027])
  })
})

describe("federated credential", async () => {
  const issuer = "https://oidc.aks.example/cluster"
  const subject = "system:serviceaccount:doorward:doorward"
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "k1" }] }
  const claims = { iss: issuer, sub: subject, aud: "api://AzureADTokenExchange" }
  const header = { kid: "k1" }
  const federated = () => party({ federatedCredentials: [{ issuer, subject, jwks }] })

  it("accepts the workload's token as the assertion", async () => {
    const token = await assertion({ alg: "RS256", header, claims })
    expect((await ask(federated(), token)).status).toBe(200)
  })

  it.each([
    ["another subject", { sub: "system:serviceaccount:other:other" }, 700213],
    ["another issuer", { iss: "https://oidc.evil.example" }, 700211],
    ["another audience", { aud: "https://mcp.example" }, 700212],
    ["expired", { exp: now - 301 }, 700024],
  ])("%s", async (_, changes, code) => {
    const token = await assertion({ alg: "RS256", header, claims: { ...claims, ...changes } })
    const { status, body } = await ask(federated(), token)
    expect({ status, error: body.error, codes: body.error_codes }).toEqual({
      status: 401,
      error: "invalid_client",
      codes: [code],
    })
  })

  it("another key", async () => {
    const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey
    const token = await assertion({ alg: "RS256", header, claims, key })
    expect((await ask(federated(), token)).body.error_codes).toEqual([700027])
  })

  it("an application without federated credentials", async () => {
    const token = await assertion({ alg: "RS256", header, claims })
    expect((await ask(party(), token)).body.error_codes).toEqual([70025])
  })
})

describe("managed identity", () => {
  const identity = {
    clientId: "6f1c1f5e-0d53-4c52-8a3b-2b8f7a2b9e01",
    id: "b1d7c8a4-3f7e-4a0c-9a55-0c6f2f3d4e02",
    tenantId: defaultTenant.id,
  }
  const issuer = `https://login.microsoftonline.com/${defaultTenant.id}/v2.0`
  const exchange = "api://AzureADTokenExchange"

  function get(rp: RelyingParty, path: string, headers: Record<string, string>) {
    return rp.emulator.fetch(new Request(new URL(path, rp.emulator.baseUrl), { headers }))
  }

  it.each([
    ["IMDS", "/metadata/identity/oauth2/token?api-version=2018-02-01", { metadata: "true" }],
    ["App Service", "/msi/token?api-version=2019-08-01", { "x-identity-header": "secret" }],
  ])("of %s is a credential of an application that trusts it", async (_, path, headers) => {
    const rp = new RelyingParty({ managedIdentities: [identity] })
    const changes = { federatedCredentials: [{ issuer, subject: identity.id }] }
    rp.emulator.control({ action: "update-app", clientId: defaultApp.clientId, changes })
    rp.client = { client_id: defaultApp.clientId }
    const answer = await get(rp, `${path}&resource=${encodeURIComponent(exchange)}`, headers)
    const body = (await answer.json()) as Record<string, string>
    expect(body).toMatchObject({
      client_id: identity.clientId,
      expires_in: "86399",
      expires_on: String(now + 86_400),
      resource: exchange,
      token_type: "Bearer",
    })
    expect(claimsOf(body.access_token ?? "")).toMatchObject({
      aud: exchange,
      iss: issuer,
      sub: identity.id,
      oid: identity.id,
      idtyp: "app",
    })
    expect((await ask(rp, body.access_token ?? "")).status).toBe(200)
    const tampered = `${body.access_token?.slice(0, -8)}AAAAAAAA`
    expect((await ask(rp, tampered)).body.error_codes).toEqual([700027])
  })

  it.each([
    ["without the header", "?resource=r", {}, "Required metadata header not specified"],
    ["without a resource", "", { metadata: "true" }, "Missing required parameter: resource"],
    [
      "of an unknown client id",
      "?resource=r&client_id=x",
      { metadata: "true" },
      "Identity not found",
    ],
  ])("%s", async (_, query, headers, description) => {
    const rp = new RelyingParty({ managedIdentities: [identity] })
    const answer = await get(rp, `/metadata/identity/oauth2/token${query}`, headers)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toEqual({
      error: "invalid_request",
      error_description: description,
    })
  })

  it("App Service requires its header", async () => {
    const rp = new RelyingParty({ managedIdentities: [identity] })
    expect((await get(rp, "/msi/token?resource=r", {})).status).toBe(401)
  })
})
