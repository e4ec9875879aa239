import {
  AuthorizationCodeCredential,
  ClientCertificateCredential,
  ClientSecretCredential,
  DefaultAzureCredential,
  DeviceCodeCredential,
  EnvironmentCredential,
  ManagedIdentityCredential,
  OnBehalfOfCredential,
  type TokenCredential,
  WorkloadIdentityCredential,
} from "@azure/identity"
import { apiScope, approveDevice, claimsOf, report, scene, signIn } from "./scene.ts"

const { clientId, clientSecret, certificatePath, redirectUri, origin, tenantId } = scene
const options = { authorityHost: origin, disableInstanceDiscovery: true }
const own = `api://${clientId}/.default`
const graph = "https://graph.microsoft.com/.default"

const claims = async (credential: TokenCredential, scope: string) =>
  claimsOf((await credential.getToken(scope))?.token)

const query = new URLSearchParams({
  client_id: clientId,
  response_type: "code",
  redirect_uri: redirectUri,
  scope: `openid profile offline_access ${apiScope} User.Read`,
})
const callback = await signIn(`${origin}/${tenantId}/oauth2/v2.0/authorize?${query}`)
const code = callback.searchParams.get("code") ?? ""
const byCode = new AuthorizationCodeCredential(
  tenantId,
  clientId,
  clientSecret,
  code,
  redirectUri,
  options,
)
const userToken = (await byCode.getToken(apiScope))?.token ?? ""

const onBehalfOf = new OnBehalfOfCredential({
  tenantId,
  clientId,
  clientSecret,
  userAssertionToken: userToken,
  ...options,
})
const onBehalfOfByCertificate = new OnBehalfOfCredential({
  tenantId,
  clientId,
  certificatePath,
  userAssertionToken: userToken,
  ...options,
})
const workload = new WorkloadIdentityCredential({
  tenantId,
  clientId,
  tokenFilePath: scene.federatedTokenFile,
  ...options,
})
const device = new DeviceCodeCredential({
  tenantId,
  clientId: scene.publicClientId,
  userPromptCallback: ({ verificationUri, userCode }) => {
    void approveDevice(verificationUri, userCode)
  },
  ...options,
})

report({
  byCode: claimsOf(userToken),
  bySecret: await claims(
    new ClientSecretCredential(tenantId, clientId, clientSecret, options),
    own,
  ),
  byCertificate: await claims(
    new ClientCertificateCredential(tenantId, clientId, { certificatePath }, options),
    own,
  ),
  byWorkload: await claims(workload, own),
  byEnvironment: await claims(new EnvironmentCredential(options), own),
  byDefault: await claims(new DefaultAzureCredential(options), own),
  onBehalfOf: await claims(onBehalfOf, graph),
  onBehalfOfByCertificate: await claims(onBehalfOfByCertificate, graph),
  byDevice: await claims(device, apiScope),
  managedIdentity: await claims(new ManagedIdentityCredential(), "api://AzureADTokenExchange"),
  wrongSecret: await new ClientSecretCredential(tenantId, clientId, "wrong", options)
    .getToken(own)
    .then(() => undefined)
    .catch((error: Error) => `${error.name}: ${error.message}`),
})
