import { describe, expect, it } from "vitest"
import {
  ConfigurationError,
  type ControlCommand,
  createEntraEmulator,
  defaultApp,
  defaultTenant,
  type EntraEmulatorOptions,
  serveEntraEmulator,
} from "../src/index.ts"

/** The mistakes that a call reports, by option. */
async function problemsOf(call: () => unknown): Promise<Record<string, string>> {
  try {
    await call()
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    return Object.fromEntries(error.problems.map(({ option, message }) => [option, message]))
  }
  return {}
}

const create = (options: unknown) => () => createEntraEmulator(options as EntraEmulatorOptions)
const bob = "bob@contoso.example"

describe("options", () => {
  it("report every mistake at once, with the nearest names", async () => {
    const options = {
      baseUrl: "localhost:9400",
      tennants: [],
      tenants: [{ id: "contoso", domains: "contoso.example", name: "Contoso", userConsentt: true }],
      apps: [
        { clientId: defaultApp.clientId, name: "App", tenantId: defaultTenant.id, secret: [] },
      ],
      users: [{ id: "1", tenantId: defaultTenant.id, username: bob, guestIn: [{ tenantId: 1 }] }],
      accessTokenSeconds: -1,
      now: 0,
    }
    expect(await problemsOf(create(options))).toEqual({
      baseUrl: "must be an http or https URL",
      tennants: "is not an option; did you mean tenants?",
      "tenants.0.id": "must be a GUID",
      "tenants.0.domains": "must be a list of at least one domain",
      "tenants.0.userConsentt": "is not an option; did you mean tenants.0.userConsent?",
      "apps.0.secret": "is not an option; did you mean apps.0.secrets?",
      "users.0.id": "must be a GUID",
      "users.0.name": "is missing",
      "users.0.guestIn.0.tenantId": "must be a string",
      "users.0.guestIn.0.id": "is missing",
      accessTokenSeconds: "must be more than 0",
      now: "must be a function",
    })
  })

  it("look into values that may also be a string", async () => {
    const app = {
      clientId: defaultApp.clientId,
      name: "App",
      tenantId: defaultTenant.id,
      redirectUris: [{ uri: "http://localhost", platform: "desktop" }],
      secrets: [{ value: "s", expiresAt: "tomorrow" }],
      scopes: [{ value: "read", descripton: "Read" }],
    }
    expect(await problemsOf(create({ apps: [app] }))).toEqual({
      "apps.0.redirectUris.0.platform": 'must be "web", "spa" or "public"',
      "apps.0.secrets.0.expiresAt":
        "must be a date and time with its offset, such as 2030-01-31T00:00:00Z",
      "apps.0.scopes.0.description": "is missing",
      "apps.0.scopes.0.descripton": "is not an option; did you mean apps.0.scopes.0.description?",
    })
  })

  it("say what a fault needs", async () => {
    const faults = [
      { endpoint: "token" },
      { endpoint: "graph", code: 50173 },
      { endpoint: "token", code: 12345, status: 200 },
    ]
    expect(await problemsOf(create({ faults }))).toEqual({
      "faults.0": "must have exactly one of code, status and hang",
      "faults.1.code": "can only be set for authorize, token and devicecode",
      "faults.2": "must have exactly one of code, status and hang",
      "faults.2.code": "must be an AADSTS code that the emulator knows, see its README",
      "faults.2.status": "must be at least 400",
    })
  })

  it("of the server are reported with those of the emulator", async () => {
    const port = 70_000
    const emulator = { tennants: [] } as EntraEmulatorOptions
    expect(await problemsOf(() => serveEntraEmulator({ host: "0.0.0.0", port, emulator }))).toEqual(
      {
        host: "must be this machine: localhost, 127.0.0.1 or ::1",
        port: "must be a whole number from 0 to 65535",
        "emulator.tennants": "is not an option; did you mean emulator.tenants?",
      },
    )
  })
})

describe("control commands", () => {
  const { control } = createEntraEmulator()
  const send = (command: unknown) => () => control(command as ControlCommand)

  it("report every mistake at once, with the nearest names of that action", async () => {
    const command = { action: "grant-consent", clientid: defaultApp.clientId, scopes: "User.Read" }
    expect(await problemsOf(send(command))).toEqual({
      clientId: "is missing",
      clientid: "is not an option; did you mean clientId?",
      scopes: "must be a list",
    })
    expect(await problemsOf(send({ action: "recover", username: bob }))).toEqual({
      username: "is not an option; remove it",
    })
  })

  it("need an action that exists", async () => {
    const { action } = await problemsOf(send({ action: "rotate-key" }))
    expect(action).toMatch(/^must be "fail", .*"rotate-keys", .* or "reset"$/)
    expect(await problemsOf(send("reset"))).toEqual({ "": "must be an object" })
  })

  it("change nothing if what they change would not be well formed", async () => {
    const changes = { disbled: true, groups: ["everybody"] }
    expect(await problemsOf(send({ action: "update-user", username: bob, changes }))).toEqual({
      "changes.disbled": "is not an option; did you mean changes.disabled?",
      "changes.groups.0": "must be a GUID",
    })
    expect(send({ action: "update-user", username: bob, changes: {} })).not.toThrow()
  })
})
