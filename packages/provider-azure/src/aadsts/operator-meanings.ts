import type { OptionText } from "@doorward/boundary"

const registerRedirectUri =
  "Add {base URL}/auth/callback under App registrations > Authentication > Web > Redirect URIs."
const addPermission = "Add it under App registrations > API permissions."
const lacksPermission = `The app registration lacks a permission for the API. ${addPermission}`
const adminConsentNeeded =
  "An administrator must consent first, with Grant admin consent under App registrations > API permissions."
const resourceParameter =
  "This server never sends it: find out what adds it between this server and Entra ID."
const compareFederatedCredential =
  "Compare it with App registrations > Certificates & secrets > Federated credentials."

/**
 * What the AADSTS codes mean that the operator must act on, and how to fix each. Codes:
 * learn.microsoft.com, "Entra error codes".
 */
export const operatorMeanings: Readonly<Record<number, OptionText>> = {
  28000: (name) =>
    `Scopes of several APIs were requested in one token. Move the scopes of other APIs to ${name("additionalScopes")}.`,
  28003: (name) => `No scope was requested. Put at least one scope into ${name("scopes")}.`,
  50011: `The redirect URI is not registered. ${registerRedirectUri}`,
  50013: (name) =>
    `The API's token can't be exchanged for another API's. The API must be the app registration of ${name("clientId")}.`,
  50049: (name) =>
    `The authority host does not belong to Entra ID. Set ${name("authorityHost")} to the host of your cloud, or leave it out.`,
  50194: (name) =>
    `The app registration serves one tenant only. Set ${name("tenantId")} to its Directory (tenant) ID, or allow several organizations under App registrations > Authentication > Supported account types.`,
  65005: `The app registration lacks the permission. ${addPermission}`,
  70011: (name) =>
    `A scope is malformed. Compare ${name("scopes")} and ${name("additionalScopes")} with App registrations > Expose an API.`,
  90002: (name) =>
    `The tenant does not exist in this cloud. Compare ${name("tenantId")} with Directory (tenant) ID on the registration's Overview page, and ${name("authorityHost")} with the cloud.`,
  90008: lacksPermission,
  90009: (name) =>
    `This tenant requires the API to be named by its client id. Set ${name("scopeForm")} to "guid".`,
  90094: adminConsentNeeded,
  90095: adminConsentNeeded,
  500011: (name) =>
    `The API does not exist in this tenant. Compare ${name("identifierUri")} with App registrations > Expose an API > Application ID URI.`,
  500112: "The redirect URI changed during the sign-in. All instances must have the same base URL.",
  500113: `The app registration has no redirect URI. ${registerRedirectUri}`,
  500131: (name) =>
    `The API's token can't be exchanged for another API's, because its audience is another app. ${name("identifierUri")} must belong to the registration of ${name("clientId")}.`,
  650052:
    "The API is not available in this organization. An administrator must add its service principal.",
  650053: (name) =>
    `A scope does not exist on its API. Compare ${name("scopes")} and ${name("additionalScopes")} with App registrations > Expose an API; write a scope of your API in full (api://…/name) if its name looks like one of Microsoft Graph's.`,
  650057: lacksPermission,
  700016: (name) =>
    `The application does not exist in this tenant. Compare ${name("clientId")} with Application (client) ID, and ${name("tenantId")} with Directory (tenant) ID, on the registration's Overview page.`,
  700021: (name) =>
    `The client assertion names another application. Its iss and sub must be the value of ${name("clientId")}.`,
  700023: (name) =>
    `The client assertion is for another audience. Its aud must be the token endpoint of the tenant of ${name("tenantId")}.`,
  700024: "The client assertion is not valid at this time. Set the clock of this server.",
  700025:
    "The app registration is a public client. Remove the credential, or register the redirect URI under the Web platform.",
  700027: (name) =>
    `Entra ID does not know the certificate, or it has expired. Upload the certificate of ${name("clientCertificate")} under App registrations > Certificates & secrets > Certificates.`,
  700211: `No federated credential matches the token's issuer. ${compareFederatedCredential}`,
  700212: `No federated credential matches the token's audience. ${compareFederatedCredential}`,
  700213: `No federated credential matches the token's subject. ${compareFederatedCredential}`,
  900971: `The app registration has no redirect URI. ${registerRedirectUri}`,
  901002: `This tenant refuses the resource parameter. ${resourceParameter}`,
  7000112:
    "The application is disabled in this tenant. Enable it under Enterprise applications > Properties.",
  7000215: (name) =>
    `The client secret is wrong. Set ${name("clientSecret")} to the Value, not the Secret ID, of a secret under App registrations > Certificates & secrets.`,
  7000218: (name) =>
    `The app registration requires a credential. Set ${name("clientSecret")} or another credential, or allow public client flows under App registrations > Authentication.`,
  7000222: (name) =>
    `The client secret has expired. Add a new one under App registrations > Certificates & secrets, and set ${name("clientSecret")} to its Value.`,
  9002326:
    "The redirect URI is registered under the Single-page application platform, or the request carried an Origin header. Register it under the Web platform.",
  9002327:
    "The redirect URI is registered under the Single-page application platform. Register it under the Web platform.",
  9010010: `The resource parameter does not match the scopes. ${resourceParameter}`,
}
