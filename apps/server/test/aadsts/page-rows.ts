import { otherTenant } from "@doorward/entra-emulator"
import type { Row } from "./row.ts"

/** Neither a tenant nor an application. */
const nobody = "11111111-1111-4111-8111-111111111111"

/** What Entra ID tells the person on a page of its own. It redirects to nobody, since the redirect URI is in doubt. */
export const pageRows: readonly Row[] = [
  {
    code: 50011,
    when: "the redirect URI is not registered",
    means: "operator",
    provoke: (world) => world.change({ redirectUris: ["https://elsewhere.example/auth/callback"] }),
  },
  {
    code: 700016,
    when: "the application is unknown",
    means: "operator",
    environment: { AZURE_CLIENT_ID: nobody },
  },
  {
    code: 700016,
    when: "the application is another tenant's",
    means: "operator",
    environment: { AZURE_TENANT_ID: otherTenant.id },
  },
  {
    code: 90002,
    when: "the tenant is unknown",
    means: "operator",
    environment: { AZURE_TENANT_ID: nobody },
  },
  {
    code: 50194,
    when: "the application serves one tenant, and is asked for under an alias",
    means: "operator",
    environment: { AZURE_TENANT_ID: "organizations", AZURE_ALLOWED_TENANTS: "*" },
  },
]

/** What Entra ID says on the sign-in page, where another account can be chosen. */
export const signInPageRows: readonly Row[] = [
  {
    code: 50034,
    when: "the account does not exist",
    means: "denied",
    username: "nobody@contoso.example",
  },
  {
    code: 50057,
    when: "the account is disabled",
    means: "denied",
    username: "dora@contoso.example",
  },
]
