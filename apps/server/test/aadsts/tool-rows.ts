import { defaultApp, otherTenant } from "@doorward/entra-emulator"
import { answered, type Row } from "./row.ts"

const bob = "bob@contoso.example"
const graphClientId = "00000003-0000-0000-c000-000000000000"

/** What can happen to a tool's call to Microsoft Graph on behalf of its caller. */
export const toolRows: readonly Row[] = [
  {
    code: 65001,
    when: "the consent was withdrawn",
    means: "sign_in_required",
    provoke: ({ emulator }) =>
      emulator.control({ action: "revoke-consent", clientId: defaultApp.clientId }),
  },
  {
    code: 50173,
    when: "an administrator revoked the sessions",
    means: "sign_in_required",
    provoke: ({ emulator }) => emulator.control({ action: "revoke-sessions", username: bob }),
  },
  {
    code: 50057,
    when: "the person was disabled",
    means: "denied",
    provoke: ({ emulator }) =>
      emulator.control({ action: "update-user", username: bob, changes: { disabled: true } }),
  },
  {
    code: 50105,
    when: "the person is no longer assigned",
    means: "denied",
    provoke(world) {
      world.change({ assignmentRequired: true })
      world.emulator.control({ action: "update-user", username: bob, changes: { roles: {} } })
    },
  },
  {
    code: 53003,
    when: "Conditional Access blocks Microsoft Graph",
    means: "denied",
    provoke: ({ emulator }) =>
      emulator.control({
        action: "configure",
        conditionalAccess: [{ control: "block", resources: [graphClientId] }],
      }),
  },
  {
    code: 7000215,
    when: "the secret was deleted",
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
    code: 700016,
    when: "the application was deleted",
    means: "operator",
    provoke: (world) => world.change({ tenantId: otherTenant.id }),
  },
  {
    code: 50013,
    when: "the keys that signed the API's token were withdrawn",
    means: "operator",
    provoke({ emulator }) {
      emulator.control({ action: "rotate-keys", withdrawOld: true })
    },
  },
  ...answered("denied", { 50020: "the guest is one no longer" }),
  ...answered("sign_in_required", {
    500133: "the API's token has expired",
    700082: "the refresh token was not used for 90 days",
    9002313: "the request is malformed",
  }),
  ...answered("operator", {
    500131: "the API's token is for another app",
    7000218: "a credential is asked for",
    700025: "the application is a public client now",
    700027: "the certificate was deleted",
    700213: "the federated credential names another identity now",
    90002: "the tenant was deleted",
    90094: "an administrator must agree",
    500011: "Microsoft Graph is not in this tenant",
    650053: "the scope is not Microsoft Graph's",
    70011: "a scope is malformed",
    28000: "scopes of several APIs are in one request",
    70003: "the grant type is unknown",
    900144: "a parameter is missing",
  }),
  ...answered("unavailable", { 90055: "requests are throttled" }),
]
