import { defaultApp, defaultApps, defaultTenant, otherTenant } from "@doorward/entra-emulator"
import type { World } from "../support/world.ts"
import { answered, type Row } from "./row.ts"

const bob = "bob@contoso.example"
const registered = defaultApps.find(({ clientId }) => clientId === defaultApp.clientId)

/** Puts the registration back as it was. */
const restore = (world: World) => world.change({ ...registered })

const updateBob = (world: World, changes: object) =>
  world.emulator.control({ action: "update-user", username: bob, changes })

/** What can happen to a sign-in between two refreshes. */
export const refreshRows: readonly Row[] = [
  {
    code: 50173,
    when: "an administrator revoked the sessions",
    means: "sign_in_required",
    provoke: ({ emulator }) => emulator.control({ action: "revoke-sessions", username: bob }),
  },
  {
    code: 65001,
    when: "the consent was withdrawn",
    means: "sign_in_required",
    provoke: ({ emulator }) =>
      emulator.control({ action: "revoke-consent", clientId: defaultApp.clientId }),
  },
  {
    code: 50057,
    when: "the person was disabled",
    means: "denied",
    provoke: (world) => updateBob(world, { disabled: true }),
  },
  {
    code: 50034,
    when: "the person was deleted",
    means: "denied",
    provoke: ({ emulator }) => emulator.control({ action: "remove-user", username: bob }),
  },
  {
    code: 50020,
    when: "the guest was removed",
    means: "denied",
    username: "carol@fabrikam.example",
    provoke: ({ emulator }) =>
      emulator.control({
        action: "update-user",
        username: "carol@fabrikam.example",
        changes: { guestIn: [] },
      }),
  },
  {
    code: 50105,
    when: "the person is no longer assigned",
    means: "denied",
    provoke(world) {
      world.change({ assignmentRequired: true })
      updateBob(world, { roles: {} })
    },
  },
  {
    code: 53003,
    when: "Conditional Access blocks the person now",
    means: "denied",
    provoke: ({ emulator }) =>
      emulator.control({ action: "configure", conditionalAccess: [{ control: "block" }] }),
  },
  {
    code: 50076,
    when: "Conditional Access asks for a second factor now",
    means: "interaction_required",
    provoke: ({ emulator }) =>
      emulator.control({ action: "configure", conditionalAccess: [{ control: "mfa" }] }),
  },
  {
    code: 50079,
    when: "Conditional Access asks for a second factor that is not set up",
    means: "interaction_required",
    provoke(world) {
      world.emulator.control({ action: "configure", conditionalAccess: [{ control: "mfa" }] })
      updateBob(world, { mfaRegistered: false })
    },
  },
  {
    code: 7000215,
    when: "the secret was deleted",
    means: "operator",
    provoke: (world) => world.change({ secrets: ["another"] }),
    fix: restore,
  },
  {
    code: 7000222,
    when: "the secret has expired",
    means: "operator",
    provoke(world) {
      const { clientSecret: value } = defaultApp
      world.change({ secrets: [{ value, expiresAt: "2020-01-01T00:00:00Z" }] })
    },
    fix: restore,
  },
  {
    code: 700016,
    when: "the application was deleted",
    means: "operator",
    provoke: (world) => world.change({ tenantId: otherTenant.id }),
    fix: restore,
  },
  {
    code: 500011,
    when: "the Application ID URI was changed",
    means: "operator",
    provoke: (world) => world.change({ identifierUris: ["api://another"] }),
    fix: restore,
  },
  {
    code: 650053,
    when: "the scope is no longer exposed",
    means: "operator",
    provoke: (world) => world.change({ scopes: ["another"] }),
    fix: restore,
  },
  {
    code: 90009,
    when: "the tenant wants the API by its GUID",
    means: "operator",
    provoke: ({ emulator }) =>
      emulator.control({
        action: "update-tenant",
        id: defaultTenant.id,
        changes: { selfByGuidOnly: true },
      }),
    fix: ({ emulator }) =>
      emulator.control({
        action: "update-tenant",
        id: defaultTenant.id,
        changes: { selfByGuidOnly: false },
      }),
  },
  ...answered("sign_in_required", {
    70008: "the refresh token has expired",
    700082: "the refresh token was not used for 90 days",
    700084: "the refresh token of a single-page application is over",
    9002313: "the refresh token is garbage",
  }),
  ...answered("operator", {
    7000218: "a credential is asked for",
    700025: "the application is a public client now",
    700027: "the certificate was deleted",
    700213: "the federated credential names another identity now",
    90002: "the tenant was deleted",
    50194: "the application serves one tenant now",
    70011: "a scope is malformed",
    28000: "scopes of several APIs are in one request",
    28003: "no scope is in the request",
    70003: "the grant type is unknown",
    900144: "a parameter is missing",
    901002: "the tenant refuses a resource parameter",
    9010010: "the resource parameter does not match",
  }),
  ...answered("unavailable", { 90055: "requests are throttled" }),
]
