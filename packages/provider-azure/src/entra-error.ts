import { IdentityProviderError, type UpstreamFailure } from "@doorward/oauth-core"
import { explainRefusal, type Refusal, refusalCause } from "@doorward/provider-oidc/upstream"

type Meaning = readonly [failure: UpstreamFailure, message: string]

const signInAgain = "The sign-in at Microsoft has ended. Sign in again."
const later = "Microsoft Entra ID is not able to answer at the moment."
const startAgain = "This sign-in can't be completed. Start again."

/** What an AADSTS code means, and for the operator's ones the mend. Codes: learn.microsoft.com, "Entra error codes". */
const meanings: Readonly<Record<number, Meaning>> = {
  // The person must sign in again.
  16000: ["sign_in_required", "Microsoft asks which account to use. Sign in again."],
  50058: ["sign_in_required", signInAgain],
  50089: ["sign_in_required", signInAgain],
  50132: ["sign_in_required", signInAgain],
  50133: ["sign_in_required", "The password has changed. Sign in again."],
  50144: ["sign_in_required", "The password has expired. Change it, then sign in again."],
  50148: ["sign_in_required", startAgain],
  50173: ["sign_in_required", "The sign-in was revoked. Sign in again."],
  54005: ["sign_in_required", startAgain],
  65001: ["sign_in_required", "A permission was not agreed to, or was withdrawn. Sign in again."],
  70000: ["sign_in_required", signInAgain],
  70008: ["sign_in_required", "The sign-in has expired. Sign in again."],
  70043: ["sign_in_required", "A sign-in frequency policy asks to sign in again."],
  501481: ["sign_in_required", startAgain],
  700005: ["sign_in_required", startAgain],
  700082: ["sign_in_required", "The sign-in was not used for a long time. Sign in again."],
  700084: ["sign_in_required", "The sign-in has expired. Sign in again."],
  9002313: ["sign_in_required", startAgain],

  // Another step is asked for; `claims`, where it is sent, says which.
  50072: ["interaction_required", "A second factor must be set up. Sign in again."],
  50074: ["interaction_required", "A second factor is asked for. Sign in again."],
  50076: ["interaction_required", "A second factor is asked for. Sign in again."],
  50079: ["interaction_required", "A second factor must be set up. Sign in again."],
  50158: ["interaction_required", "Another step is asked for. Sign in again."],
  53000: ["interaction_required", "A policy asks for a compliant device."],
  53001: ["interaction_required", "A policy asks for a device that is joined to the organization."],
  53002: ["interaction_required", "A policy asks for an approved app."],
  53004: ["interaction_required", "A second factor must be set up, and can't be from here."],

  // No.
  50020: [
    "denied",
    "This account is not known in this organization. Sign in with another account.",
  ],
  50034: ["denied", "This account does not exist. Sign in with another account."],
  50053: ["denied", "This account is locked."],
  50057: ["denied", "This account is disabled."],
  50105: [
    "denied",
    "This account is not assigned to the application. An administrator can assign it under Enterprise applications > Users and groups.",
  ],
  50177: [
    "denied",
    "This account is not known in this organization. Sign in with another account.",
  ],
  51004: [
    "denied",
    "This account is not known in this organization. Sign in with another account.",
  ],
  53003: ["denied", "A Conditional Access policy blocks this sign-in."],
  65004: ["denied", "The permissions were declined."],

  // The operator must act.
  28000: [
    "operator",
    "Scopes of several APIs were asked for in one token. Move the scopes of other APIs to additionalScopes.",
  ],
  28003: ["operator", "No scope was asked for. Put at least one scope into requiredScopes."],
  50011: [
    "operator",
    "The redirect URI is not registered. Add {base URL}/auth/callback under App registrations > Authentication > Web > Redirect URIs.",
  ],
  50013: [
    "operator",
    "The API's token can't be exchanged for another API's. The API must be the same app registration as clientId.",
  ],
  50194: [
    "operator",
    "The app registration serves one tenant only. Set tenantId to its Directory (tenant) ID, or choose multiple organizations under App registrations > Authentication > Supported account types.",
  ],
  65005: [
    "operator",
    "The app registration lacks the permission. Add it under App registrations > API permissions.",
  ],
  70011: [
    "operator",
    "A scope is malformed. Compare requiredScopes and additionalScopes with App registrations > Expose an API.",
  ],
  90002: [
    "operator",
    "The tenant does not exist in this cloud. Compare tenantId with Directory (tenant) ID on the registration's Overview page, and authorityHost with the cloud.",
  ],
  90008: [
    "operator",
    "The app registration lacks a permission for the API. Add it under App registrations > API permissions.",
  ],
  90009: ["operator", 'This tenant wants the API named by its client id. Set scopeForm to "guid".'],
  90094: [
    "operator",
    "An administrator must agree first. Press Grant admin consent under App registrations > API permissions.",
  ],
  90095: [
    "operator",
    "An administrator must agree first. Press Grant admin consent under App registrations > API permissions.",
  ],
  500011: [
    "operator",
    "The API does not exist in this tenant. Compare identifierUri with App registrations > Expose an API > Application ID URI.",
  ],
  500112: [
    "operator",
    "The redirect URI has changed between the sign-in and its end. All instances must have the same base URL.",
  ],
  500113: [
    "operator",
    "The app registration has no redirect URI. Add {base URL}/auth/callback under App registrations > Authentication > Web > Redirect URIs.",
  ],
  500131: [
    "operator",
    "The API's token can't be exchanged for another API's, because its audience is another app. identifierUri must belong to the registration of clientId.",
  ],
  500133: ["sign_in_required", signInAgain],
  650052: [
    "operator",
    "The API is not available in this organization. An administrator must add its service principal.",
  ],
  650053: [
    "operator",
    "A scope does not exist on its API. Compare requiredScopes and additionalScopes with App registrations > Expose an API; write a scope of your API in full (api://…/name) if its name looks like one of Microsoft Graph's.",
  ],
  650057: [
    "operator",
    "The app registration lacks a permission for the API. Add it under App registrations > API permissions.",
  ],
  700016: [
    "operator",
    "The application does not exist in this tenant. Compare clientId with Application (client) ID, and tenantId with Directory (tenant) ID, on the registration's Overview page.",
  ],
  700021: [
    "operator",
    "The client assertion names another application. Its iss and sub must be clientId.",
  ],
  700024: [
    "operator",
    "The client assertion is not valid at this time. Set the clock of this server.",
  ],
  700025: [
    "operator",
    "The app registration is a public client. Remove the credential, or register the redirect URI under the Web platform.",
  ],
  700027: [
    "operator",
    "Entra ID does not know the certificate, or it has expired. Upload the certificate of clientCertificate under App registrations > Certificates & secrets > Certificates.",
  ],
  700211: [
    "operator",
    "No federated credential matches the token's issuer. Compare it with App registrations > Certificates & secrets > Federated credentials.",
  ],
  700212: [
    "operator",
    "No federated credential matches the token's audience. Compare it with App registrations > Certificates & secrets > Federated credentials.",
  ],
  700213: [
    "operator",
    "No federated credential matches the token's subject. Compare it with App registrations > Certificates & secrets > Federated credentials.",
  ],
  901002: [
    "operator",
    "This tenant refuses the resource parameter. This server never sends it: find what adds it between this server and Entra ID.",
  ],
  7000112: [
    "operator",
    "The application is disabled in this tenant. Enable it under Enterprise applications > Properties.",
  ],
  7000215: [
    "operator",
    "The client secret is wrong. Set clientSecret to the Value, not the Secret ID, of a secret under App registrations > Certificates & secrets.",
  ],
  7000218: [
    "operator",
    "The app registration asks for a credential. Set clientSecret or another credential, or allow public client flows under App registrations > Authentication.",
  ],
  7000222: [
    "operator",
    "The client secret has expired. Add a new one under App registrations > Certificates & secrets and set clientSecret to its Value.",
  ],
  9002326: [
    "operator",
    "The redirect URI is registered under the Single-page application platform, or the request carried an Origin. Register it under the Web platform.",
  ],
  9002327: [
    "operator",
    "The redirect URI is registered under the Single-page application platform. Register it under the Web platform.",
  ],
  9010010: [
    "operator",
    "The resource parameter does not match the scopes. This server never sends it: find what adds it between this server and Entra ID.",
  ],

  50049: [
    "operator",
    "The authority host is not one of Entra ID. Set authorityHost to the one of your cloud, or leave it out.",
  ],
  700023: [
    "operator",
    "The client assertion is for another audience. Its aud must be the token endpoint of tenantId.",
  ],
  900971: [
    "operator",
    "The app registration has no redirect URI. Add {base URL}/auth/callback under App registrations > Authentication > Web > Redirect URIs.",
  ],

  // Later.
  90033: ["unavailable", later],
  90055: ["unavailable", later],
  90090: ["unavailable", later],
}

/**
 * What a refusal of Entra ID means: by its AADSTS code, else by its registered code.
 *
 * The message is ours and safe to show; Entra's text is in `cause`.
 */
export function explainEntraRefusal(refusal: Refusal): IdentityProviderError {
  const code = aadstsCode(refusal)
  const claims = claimsRequest(refusal.parameters.claims)
  const meaning = code === undefined ? undefined : meanings[code]
  const general = explainRefusal(refusal)
  const [failure, message] = meaning ?? [general.failure, general.message]
  return new IdentityProviderError(
    failure,
    code === undefined ? general.reason : `AADSTS${code}`,
    message,
    { cause: refusalCause(refusal), ...(claims === undefined ? {} : { claims }) },
  )
}

/** The most specific code of a refusal: from `error_codes`, else from the text. */
function aadstsCode(refusal: Refusal): number | undefined {
  const { error_codes } = refusal.parameters
  const first: unknown = Array.isArray(error_codes) ? error_codes[0] : undefined
  if (typeof first === "number" && Number.isSafeInteger(first)) return first
  const text = /\bAADSTS(\d{4,9})\b/.exec(refusal.description)?.[1]
  return text === undefined ? undefined : Number(text)
}

/** Entra sends `claims` as JSON text; what is no JSON object is not passed on. */
function claimsRequest(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined
  try {
    const parsed: unknown = JSON.parse(value)
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)
      ? value
      : undefined
  } catch {
    return undefined
  }
}
