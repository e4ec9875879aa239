import { readFile } from "node:fs/promises"
import {
  ConfidentialClientApplication,
  CryptoProvider,
  PublicClientApplication,
} from "@azure/msal-node"
import { apiScope, approveDevice, claimsOf, report, scene, signIn } from "./scene.ts"

const { clientId, clientSecret, redirectUri, origin, tenantId } = scene
const authority = { authority: `${origin}/${tenantId}`, knownAuthorities: [new URL(origin).host] }

const withSecret = new ConfidentialClientApplication({
  auth: { clientId, clientSecret, ...authority },
})
const withCertificate = new ConfidentialClientApplication({
  auth: {
    clientId,
    ...authority,
    clientCertificate: {
      thumbprintSha256: scene.thumbprintSha256,
      privateKey: scene.privateKey,
      x5c: await readFile(scene.certificatePath, "utf8"),
    },
  },
})
const withAssertion = new ConfidentialClientApplication({
  auth: {
    clientId,
    ...authority,
    clientAssertion: await readFile(scene.federatedTokenFile, "utf8"),
  },
})

const codeRequest = { scopes: [apiScope, "User.Read"], redirectUri }

async function authorizationCode() {
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes()
  const url = await withSecret.getAuthCodeUrl({
    ...codeRequest,
    codeChallenge: challenge,
    codeChallengeMethod: "S256",
    nonce: "a-nonce",
    state: "a-state",
  })
  const callback = await signIn(url)
  const code = callback.searchParams.get("code") ?? ""
  return withSecret.acquireTokenByCode(
    {
      redirectUri,
      scopes: [apiScope],
      code,
      codeVerifier: verifier,
      nonce: "a-nonce",
      state: "a-state",
    },
    { code, state: callback.searchParams.get("state") ?? "" },
  )
}

const signedIn = await authorizationCode()
const { account } = signedIn
if (!account) throw new Error("no account")

const cached = await withSecret.acquireTokenSilent({ account, scopes: [apiScope] })
const refreshed = await withSecret.acquireTokenSilent({
  account,
  scopes: [apiScope],
  forceRefresh: true,
})
const graph = await withSecret.acquireTokenSilent({ account, scopes: ["User.Read"] })
const me = await fetch(`${origin}/v1.0/me`, {
  headers: { authorization: `Bearer ${graph.accessToken}` },
})
const onBehalfOf = await withCertificate.acquireTokenOnBehalfOf({
  oboAssertion: signedIn.accessToken,
  scopes: ["https://graph.microsoft.com/.default"],
})
const ownDefault = { scopes: [`api://${clientId}/.default`] }
const bySecret = await withSecret.acquireTokenByClientCredential(ownDefault)
const byCertificate = await withCertificate.acquireTokenByClientCredential(ownDefault)
const byAssertion = await withAssertion.acquireTokenByClientCredential(ownDefault)
const device = await new PublicClientApplication({
  auth: { clientId: scene.publicClientId, ...authority },
}).acquireTokenByDeviceCode({
  scopes: [apiScope],
  deviceCodeCallback: ({ verificationUri, userCode }) => {
    void approveDevice(verificationUri, userCode)
  },
})
const unconsented = await withSecret
  .acquireTokenSilent({ account, scopes: ["Mail.Read"] })
  .then(() => undefined)
  .catch((error: { name: string; errorCode: string; subError: string; errorNo: string }) => ({
    name: error.name,
    errorCode: error.errorCode,
    subError: error.subError,
    errorNo: error.errorNo,
  }))

report({
  account: { homeAccountId: account.homeAccountId, username: account.username, name: account.name },
  scopes: signedIn.scopes,
  accessToken: claimsOf(signedIn.accessToken),
  cachedIsSame: cached.accessToken === signedIn.accessToken && cached.fromCache,
  refreshedIsNew: refreshed.accessToken !== signedIn.accessToken && !refreshed.fromCache,
  me: await me.json(),
  onBehalfOf: claimsOf(onBehalfOf?.accessToken),
  bySecret: claimsOf(bySecret?.accessToken),
  byCertificate: claimsOf(byCertificate?.accessToken),
  byAssertion: claimsOf(byAssertion?.accessToken),
  device: claimsOf(device?.accessToken),
  unconsented,
})
