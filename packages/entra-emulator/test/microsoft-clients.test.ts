import { execFile } from "node:child_process"
import { createHash, generateKeyPairSync } from "node:crypto"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { exportJWK, SignJWT } from "jose"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import {
  defaultApp,
  defaultApps,
  defaultTenant,
  publicApp,
  type ServedEmulator,
  selfSignedCertificate,
  serveEntraEmulator,
} from "../src/index.ts"
import type { Scene } from "./clients/scene.ts"

const run = promisify(execFile)
const bobId = "e53ce283-246f-47be-96da-b5dff3476c9d"
const identity = {
  clientId: "6f1c1f5e-0d53-4c52-8a3b-2b8f7a2b9e01",
  id: "b1d7c8a4-3f7e-4a0c-9a55-0c6f2f3d4e02",
  tenantId: defaultTenant.id,
}

let folder: string
let served: ServedEmulator
let scene: Scene
let certificates: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "entra-emulator-"))
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  const now = Date.now()
  const { der, pem } = selfSignedCertificate({
    privateKey,
    commonName: "doorward",
    notBefore: new Date(now - 3_600_000),
    notAfter: new Date(now + 3_600_000),
  })
  const issuer = "https://oidc.aks.example/cluster"
  const subject = "system:serviceaccount:doorward:doorward"
  const workloadToken = await new SignJWT()
    .setProtectedHeader({ alg: "RS256", typ: "JWT", kid: "k1" })
    .setIssuer(issuer)
    .setSubject(subject)
    .setAudience("api://AzureADTokenExchange")
    .setIssuedAt()
    .setNotBefore("0s")
    .setExpirationTime("1h")
    .sign(privateKey)
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "k1" }] }
  const [app, ...apps] = defaultApps
  if (!app) throw new Error("no default application")
  const federatedCredentials = [{ issuer, subject, jwks }]
  served = await serveEntraEmulator({
    https: true,
    emulator: {
      apps: [{ ...app, certificates: [pem], federatedCredentials }, ...apps],
      managedIdentities: [identity],
      devicePollingSeconds: 0.05,
    },
  })
  const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString()
  const certificatePath = join(folder, "client.pem")
  const federatedTokenFile = join(folder, "workload-token")
  certificates = join(folder, "server.pem")
  await writeFile(certificatePath, `${key}${pem}`)
  await writeFile(federatedTokenFile, workloadToken)
  await writeFile(certificates, served.certificate ?? "")
  scene = {
    origin: served.origin,
    tenantId: defaultTenant.id,
    clientId: defaultApp.clientId,
    clientSecret: defaultApp.clientSecret,
    publicClientId: publicApp.clientId,
    redirectUri: defaultApp.redirectUri,
    certificatePath,
    privateKey: key,
    thumbprintSha256: createHash("sha256").update(der).digest("hex"),
    federatedTokenFile,
  }
})

afterAll(async () => {
  await served.close()
  await rm(folder, { recursive: true })
})

/** Runs a client in a process of its own: Node reads NODE_EXTRA_CA_CERTS when it starts. */
async function client(name: string, env: Record<string, string> = {}) {
  const program = fileURLToPath(new URL(`clients/${name}.ts`, import.meta.url))
  const { stdout } = await run(process.execPath, [program, JSON.stringify(scene)], {
    env: { PATH: process.env.PATH ?? "", NODE_EXTRA_CA_CERTS: certificates, ...env },
  })
  return JSON.parse(stdout)
}

const userClaims = {
  aud: defaultApp.clientId,
  azp: defaultApp.clientId,
  azpacr: "1",
  oid: bobId,
  scp: "access_as_user",
  ver: "2.0",
}
const applicationClaims = (azpacr: string) => ({
  aud: defaultApp.clientId,
  azp: defaultApp.clientId,
  azpacr,
  tid: defaultTenant.id,
})
const graphClaims = { oid: bobId, appid: defaultApp.clientId, ver: "1.0" }

describe("@azure/msal-node", () => {
  it("completes code with PKCE, silent refresh, certificate, On-Behalf-Of, client credentials and device code", async () => {
    const result = await client("msal-node")
    expect(result).toMatchObject({
      account: {
        homeAccountId: `${bobId}.${defaultTenant.id}`,
        username: "bob@contoso.example",
        name: "Bob Lindqvist",
      },
      accessToken: userClaims,
      cachedIsSame: true,
      refreshedIsNew: true,
      me: { userPrincipalName: "bob@contoso.example" },
      onBehalfOf: { ...graphClaims, aud: "https://graph.microsoft.com", appidacr: "2" },
      bySecret: applicationClaims("1"),
      byCertificate: applicationClaims("2"),
      byAssertion: applicationClaims("2"),
      device: { aud: defaultApp.clientId, azp: publicApp.clientId, oid: bobId },
      unconsented: {
        name: "InteractionRequiredAuthError",
        errorCode: "invalid_grant",
        subError: "consent_required",
        errorNo: 65001,
      },
    })
    expect(result.scopes).toContain(`api://${defaultApp.clientId}/access_as_user`)
  }, 30_000)
})

describe("@azure/identity", () => {
  it("completes its flows", async () => {
    const result = await client("azure-identity", {
      AZURE_TENANT_ID: defaultTenant.id,
      AZURE_CLIENT_ID: defaultApp.clientId,
      AZURE_CLIENT_SECRET: defaultApp.clientSecret,
      IDENTITY_ENDPOINT: `${served.origin}/msi/token`,
      IDENTITY_HEADER: "secret",
    })
    expect(result).toMatchObject({
      byCode: userClaims,
      bySecret: applicationClaims("1"),
      byCertificate: applicationClaims("2"),
      byWorkload: applicationClaims("2"),
      byEnvironment: applicationClaims("1"),
      byDefault: applicationClaims("1"),
      onBehalfOf: { ...graphClaims, aud: "https://graph.microsoft.com", appidacr: "1" },
      onBehalfOfByCertificate: { ...graphClaims, appidacr: "2" },
      byDevice: { azp: publicApp.clientId, oid: bobId },
      managedIdentity: { aud: "api://AzureADTokenExchange", sub: identity.id },
      wrongSecret: expect.stringContaining("AADSTS7000215"),
    })
  }, 30_000)
})
