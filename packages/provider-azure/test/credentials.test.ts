import { generateKeyPairSync } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import {
  defaultApp,
  defaultApps,
  defaultTenant,
  publicApp,
  selfSignedCertificate,
} from "@doorward/entra-emulator"
import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, SignJWT } from "jose"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { AzureProviderOptions } from "../src/index.ts"
import { type Entra, entra, failureOf, lastTokenRequest } from "./entra.ts"

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "provider-azure-"))
})
afterAll(() => rmSync(folder, { recursive: true }))

const offered = ["access_as_user"]
const additionalScopes = ["User.Read"]

function appWith(changes: Partial<(typeof defaultApps)[number]>) {
  return defaultApps.map((app) =>
    app.clientId === defaultApp.clientId ? { ...app, secrets: [], ...changes } : app,
  )
}

/** Sign-in, refresh and On-Behalf-Of with one credential; the forms of the three token requests. */
async function wholeLife(world: Entra, credential: Partial<AzureProviderOptions>) {
  const azure = world.provider({
    clientSecret: undefined,
    scopes: offered,
    additionalScopes,
    ...credential,
  })
  const { tokens, scopes } = await world.signIn(azure)
  const fresh = await azure.refresh(tokens, scopes)
  await azure.tokenFor(fresh.tokens, ["User.Read"])
  const forms = world.wire.map(({ form }) => form).filter((form) => form.has("grant_type"))
  expect(forms.map((form) => form.get("grant_type"))).toEqual([
    "authorization_code",
    "refresh_token",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
  ])
  return forms
}

describe("a client secret", () => {
  it("is sent in the body, for sign-in, refresh and On-Behalf-Of", async () => {
    const forms = await wholeLife(entra(), { clientSecret: defaultApp.clientSecret })
    for (const form of forms) expect(form.get("client_secret")).toBe(defaultApp.clientSecret)
  })

  it.each([
    ["wrong", "not the secret", "AADSTS7000215", "Value, not the Secret ID"],
    ["expired", "the old secret", "AADSTS7000222", "Add a new one"],
  ])(
    "that is %s is for the operator to fix, and the error says how",
    async (_, clientSecret, reason, fix) => {
      const secrets = [{ value: "the old secret", expiresAt: "2030-01-01T00:00:00Z" }, "the secret"]
      const world = entra({ apps: appWith({ secrets }) })
      const error = await failureOf(world.signIn(world.provider({ clientSecret, scopes: offered })))
      expect(error).toMatchObject({ failure: "operator", reason })
      expect(error.message).toContain(fix)
      expect(`${error.message} ${error.cause}`).not.toContain(clientSecret)
    },
  )
})

describe("a certificate", () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  const { pem: certificate } = selfSignedCertificate({
    privateKey,
    commonName: "doorward",
    notBefore: new Date(Date.UTC(2031, 0, 1)),
    notAfter: new Date(Date.UTC(2032, 0, 1)),
  })
  const pkcs8 = privateKey.export({ type: "pkcs8", format: "pem" }).toString()
  const encrypted = (passphrase: string) =>
    privateKey
      .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase })
      .toString()

  it.each([
    ["PKCS#8", pkcs8, undefined],
    ["PKCS#1", privateKey.export({ type: "pkcs1", format: "pem" }).toString(), undefined],
    ["encrypted PKCS#8", encrypted("open sesame"), "open sesame"],
  ])("with its key as %s signs an assertion for each request", async (_, key, password) => {
    const world = entra({ apps: appWith({ certificates: [certificate] }) })
    const pem = `${key}${certificate}`
    const forms = await wholeLife(world, { clientCertificate: { pem, password } })
    const assertions = forms.map((sent) => sent.get("client_assertion") ?? "")
    expect(new Set(assertions).size).toBe(3)
    for (const assertion of assertions) {
      const claims = decodeJwt(assertion)
      expect(decodeProtectedHeader(assertion)).toEqual({
        alg: "PS256",
        typ: "JWT",
        "x5t#S256": expect.stringMatching(/^[\w-]{43}$/),
      })
      expect(claims).toMatchObject({
        iss: defaultApp.clientId,
        sub: defaultApp.clientId,
        aud: `https://login.microsoftonline.com/${defaultTenant.id}/oauth2/v2.0/token`,
        jti: expect.stringMatching(/.{20}/),
      })
      expect(Number(claims.exp) - Number(claims.iat)).toBe(300)
    }
  })

  it.each([
    ["AES-256", "aes-256.pfx", "open sesame"],
    ["triple DES", "3des.pfx", "open sesame"],
    ["an empty password", "no-password.pfx", undefined],
  ])("in a PFX with %s signs as well", async (_, file, password) => {
    const fixture = (name: string) => readFileSync(join(import.meta.dirname, "fixtures", name))
    const world = entra({
      apps: appWith({ certificates: [fixture("certificate.pem").toString()] }),
    })
    const forms = await wholeLife(world, { clientCertificate: { pfx: fixture(file), password } })
    for (const form of forms) expect(form.get("client_assertion")).toBeTruthy()
  })

  it("in a PFX with a wrong password is for the operator to fix", async () => {
    const world = entra()
    const pfx = readFileSync(join(import.meta.dirname, "fixtures", "aes-256.pfx"))
    const azure = world.provider({
      clientSecret: undefined,
      clientCertificate: { pfx, password: "open pepper" },
      scopes: offered,
    })
    const error = await failureOf(world.signIn(azure))
    expect(error).toMatchObject({ failure: "operator", reason: "unusable_certificate" })
    expect(`${error.message} ${error.cause}`).not.toContain("open pepper")
  })

  it("that Entra ID does not know is for the operator to fix", async () => {
    const world = entra()
    const azure = world.provider({
      clientSecret: undefined,
      clientCertificate: { pem: certificate + pkcs8 },
      scopes: offered,
    })
    const error = await failureOf(world.signIn(azure))
    expect(error).toMatchObject({ failure: "operator", reason: "AADSTS700027" })
    expect(error.message).toContain("Certificates & secrets > Certificates")
  })

  it("with a wrong password is for the operator to fix, and the password is in no message", async () => {
    const world = entra()
    const azure = world.provider({
      clientSecret: undefined,
      clientCertificate: { pem: certificate + encrypted("open sesame"), password: "open pepper" },
      scopes: offered,
    })
    const error = await failureOf(world.signIn(azure))
    expect(error).toMatchObject({ failure: "operator", reason: "unusable_certificate" })
    expect(`${error.message} ${error.cause}`).not.toContain("open pepper")
  })
})

describe("a client assertion made by somebody else", () => {
  const issuer = "https://oidc.cluster.example"
  const subject = "system:serviceaccount:mcp:doorward"

  async function federated() {
    const { privateKey, publicKey } = await generateKeyPair("RS256")
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "1", alg: "RS256" }] }
    const world = entra({ apps: appWith({ federatedCredentials: [{ issuer, subject, jwks }] }) })
    const assertion = (sub = subject) =>
      new SignJWT()
        .setProtectedHeader({ alg: "RS256", kid: "1" })
        .setIssuer(issuer)
        .setSubject(sub)
        .setAudience("api://AzureADTokenExchange")
        .setIssuedAt(world.clock.now / 1000)
        .setExpirationTime(world.clock.now / 1000 + 3600)
        .setJti(crypto.randomUUID())
        .sign(privateKey)
    return { world, assertion }
  }

  it("is requested anew for each request", async () => {
    const { world, assertion } = await federated()
    let calls = 0
    await wholeLife(world, {
      clientAssertion: () => {
        calls += 1
        return assertion()
      },
    })
    expect(calls).toBe(3)
  })

  it("that can't be obtained at the moment is an outage", async () => {
    const { world } = await federated()
    const azure = world.provider({
      clientSecret: undefined,
      clientAssertion: () => Promise.reject(new Error("the vault is closed")),
      scopes: offered,
    })
    expect(await failureOf(world.signIn(azure))).toMatchObject({
      failure: "unavailable",
      reason: "no_client_assertion",
    })
  })

  it("about another subject gets an error that names the federated credentials", async () => {
    const { world, assertion } = await federated()
    const azure = world.provider({
      clientSecret: undefined,
      clientAssertion: () => assertion("system:serviceaccount:mcp:other"),
      scopes: offered,
    })
    const error = await failureOf(world.signIn(azure))
    expect(error).toMatchObject({ failure: "operator", reason: "AADSTS700213" })
    expect(error.message).toContain("Federated credentials")
  })

  it("in a file is read again after five minutes", async () => {
    const { world, assertion } = await federated()
    const file = join(folder, "token")
    const [first, second] = [await assertion(), await assertion()]
    writeFileSync(file, `${first}\n`)
    const azure = world.provider({
      clientSecret: undefined,
      workloadIdentityFile: file,
      scopes: offered,
    })
    const { tokens, scopes } = await world.signIn(azure)
    writeFileSync(file, second)
    await azure.refresh(tokens, scopes)
    expect(lastTokenRequest(world).get("client_assertion")).toBe(first)
    world.clock.now += 5 * 60_000
    await azure.refresh(tokens, scopes)
    expect(lastTokenRequest(world).get("client_assertion")).toBe(second)
  })

  it("in a file that does not exist is for the operator to fix", async () => {
    const { world } = await federated()
    const azure = world.provider({
      clientSecret: undefined,
      workloadIdentityFile: join(folder, "missing"),
      scopes: offered,
    })
    const error = await failureOf(world.signIn(azure))
    expect(error).toMatchObject({ failure: "operator", reason: "unreadable_credential" })
    expect(error.message).toContain("workloadIdentityFile")
  })
})

describe("a managed identity", () => {
  const identity = {
    clientId: "6bd4d4a0-4e0b-4b33-bb70-6c6a3b8f6a01",
    id: "6bd4d4a0-4e0b-4b33-bb70-6c6a3b8f6a02",
    tenantId: defaultTenant.id,
  }
  const apps = appWith({
    federatedCredentials: [
      {
        issuer: `https://login.microsoftonline.com/${defaultTenant.id}/v2.0`,
        subject: identity.id,
      },
    ],
  })

  it("of a virtual machine is requested from the metadata service, once until its token expires", async () => {
    const world = entra({ apps, managedIdentities: [identity] })
    await wholeLife(world, { managedIdentity: { clientId: identity.clientId } })
    const asked = world.wire.filter(({ url }) => url.hostname === "169.254.169.254")
    expect(asked).toHaveLength(1)
    expect(asked[0]?.headers.get("metadata")).toBe("true")
    expect(Object.fromEntries(asked[0]?.url.searchParams ?? [])).toEqual({
      "api-version": "2018-02-01",
      resource: "api://AzureADTokenExchange",
      client_id: identity.clientId,
    })
  })

  it("is requested again before its token expires", async () => {
    const world = entra({ apps, managedIdentities: [identity] })
    const azure = world.provider({
      clientSecret: undefined,
      managedIdentity: { clientId: identity.clientId },
      scopes: offered,
    })
    const { tokens, scopes } = await world.signIn(azure)
    world.clock.now += 24 * 3_600_000
    await azure.refresh(tokens, scopes)
    expect(world.wire.filter(({ url }) => url.hostname === "169.254.169.254")).toHaveLength(2)
  })

  it("of App Service is requested from its endpoint, with its header", async () => {
    const world = entra({ apps, managedIdentities: [identity] })
    await wholeLife(world, {
      managedIdentity: {
        clientId: identity.clientId,
        identityEndpoint: "http://127.0.0.1:41741/msi/token",
        identityHeader: "the header's value",
      },
    })
    const asked = world.wire.filter(({ url }) => url.port === "41741")
    expect(asked).toHaveLength(1)
    expect(asked[0]?.headers.get("x-identity-header")).toBe("the header's value")
    expect(asked[0]?.url.searchParams.get("api-version")).toBe("2019-08-01")
  })

  it("that the machine does not have is for the operator to fix", async () => {
    const world = entra({ apps })
    const azure = world.provider({
      clientSecret: undefined,
      managedIdentity: true,
      scopes: offered,
    })
    expect(await failureOf(world.signIn(azure))).toMatchObject({
      failure: "operator",
      reason: "no_managed_identity",
    })
  })
})

describe("a public client", () => {
  it("sends no credential, and gets other tokens from its refresh token", async () => {
    const world = entra()
    const azure = world.provider({
      clientId: publicApp.clientId,
      clientSecret: undefined,
      publicClient: true,
      scopes: ["access_as_user"],
      identifierUri: `api://${defaultApp.clientId}`,
      acceptedAudiences: [defaultApp.clientId],
      additionalScopes,
    })
    const { tokens } = await world.signIn(azure, undefined, { redirectUri: publicApp.redirectUri })
    await azure.tokenFor(tokens, ["User.Read"])
    const form = lastTokenRequest(world)
    expect(form.get("grant_type")).toBe("refresh_token")
    expect(form.get("client_id")).toBe(publicApp.clientId)
    for (const { form: sent } of world.wire) {
      expect(sent.has("client_secret") || sent.has("client_assertion")).toBe(false)
    }
  })

  it("that Entra ID treats as confidential gets an error that names the missing credential", async () => {
    const world = entra()
    const azure = world.provider({ clientSecret: undefined, publicClient: true, scopes: offered })
    const error = await failureOf(world.signIn(azure))
    expect(error).toMatchObject({ failure: "operator", reason: "AADSTS7000218" })
    expect(error.message).toContain("clientSecret")
  })
})
