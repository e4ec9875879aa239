import { defaultApp, defaultTenant } from "@doorward/entra-emulator"
import { byCertificate, byManagedIdentity, managedIdentity } from "../support/credentials.ts"
import { answered, type Row } from "./row.ts"

/** What ends a sign-in with an error that the MCP client is told. */
export const signInRows: readonly Row[] = [
  {
    code: 7000215,
    when: "the secret is wrong",
    means: "operator",
    provoke: (world) => world.change({ secrets: ["another"] }),
  },
  {
    code: 7000222,
    when: "the secret has expired",
    means: "operator",
    provoke(world) {
      const { clientSecret: value } = defaultApp
      world.change({ secrets: [{ value, expiresAt: "2020-01-01T00:00:00Z" }] })
    },
  },
  {
    code: 700025,
    when: "the redirect URI is registered as a public client's",
    means: "operator",
    provoke(world) {
      world.change({ redirectUris: [{ uri: defaultApp.redirectUri, platform: "public" }] })
    },
  },
  {
    code: 9002327,
    when: "the redirect URI is registered as a single-page application's",
    means: "operator",
    provoke(world) {
      world.change({ redirectUris: [{ uri: defaultApp.redirectUri, platform: "spa" }] })
    },
  },
  {
    code: 700027,
    when: "the certificate was not uploaded",
    means: "operator",
    environment: () => byCertificate().environment,
  },
  {
    code: 700213,
    when: "the federated credential names another identity",
    means: "operator",
    environment: byManagedIdentity,
    options: { managedIdentities: [managedIdentity] },
    provoke(world) {
      const issuer = `${world.emulator.baseUrl}/${defaultTenant.id}/v2.0`
      world.change({ federatedCredentials: [{ issuer, subject: "another" }] })
    },
  },
  {
    code: 650053,
    when: "a scope is not exposed",
    means: "operator",
    environment: { MCP_REQUIRED_SCOPES: "access_as_user no.such" },
  },
  {
    code: 500011,
    when: "the Application ID URI belongs to no application",
    means: "operator",
    environment: { AZURE_IDENTIFIER_URI: "api://nobody" },
  },
  {
    code: 90094,
    when: "only administrators may agree, and the person is not one",
    means: "operator",
    provoke({ emulator }) {
      const { id } = defaultTenant
      emulator.control({ action: "update-tenant", id, changes: { userConsent: false } })
    },
  },
  { code: 65004, when: "the person declines", means: "denied", declines: true },
  {
    code: 50020,
    when: "the person belongs to another tenant",
    means: "denied",
    username: "frank@fabrikam.example",
  },
  {
    code: 50105,
    when: "the person is not assigned to the application",
    means: "denied",
    username: "grace@contoso.example",
    provoke: (world) => world.change({ assignmentRequired: true }),
  },
  {
    code: 53003,
    when: "Conditional Access blocks the person",
    means: "denied",
    provoke: ({ emulator }) =>
      emulator.control({ action: "configure", conditionalAccess: [{ control: "block" }] }),
  },
  ...answered("denied", {
    50034: "the person was deleted on the way",
    50057: "the person was disabled on the way",
  }),
  ...answered("sign_in_required", {
    54005: "the code was redeemed before",
    70008: "the code has expired",
    9002313: "the code is garbage",
    501481: "the verifier is another",
    50148: "the verifier is missing",
    65001: "the consent was withdrawn on the way",
    50173: "the sessions were revoked on the way",
  }),
  ...answered("interaction_required", {
    50076: "a second factor is asked for",
    50079: "a second factor must be set up",
  }),
  ...answered("operator", {
    7000218: "a credential is asked for",
    500112: "the redirect URI is another than before",
    9002326: "the redirect URI is a single-page application's",
    70011: "a scope is malformed",
    28000: "scopes of several APIs are in one request",
    28003: "no scope is in the request",
    70003: "the grant type is unknown",
    900144: "a parameter is missing",
    90009: "the tenant wants the API by its GUID",
    901002: "the tenant refuses a resource parameter",
    9010010: "the resource parameter does not match",
  }),
  ...answered("unavailable", { 90055: "requests are throttled" }),
]
