import { defaultApp, defaultApps, defaultTenant, defaultUsers } from "@doorward/entra-emulator"
import { freePort } from "@doorward/test-support/free-port"
import { describe, expect, onTestFinished, test } from "vitest"
import { serveEmulator } from "../support/emulator.ts"
import { authorizationUrl, redirectUri, registerClient } from "../support/oauth-client.ts"
import { signInAs } from "../support/person.ts"
import { startDoorward } from "../support/running-doorward.ts"
import { environmentFor } from "../support/stack.ts"

const group = "14c20307-e7b2-4d15-94bc-e2d6f2a77434"
const idOf = (name: string) => defaultUsers.find(({ username }) => username.startsWith(name))?.id
const withGroups = defaultApps.map((app) =>
  app.clientId === defaultApp.clientId
    ? { ...app, groupMembershipClaims: "SecurityGroup" as const }
    : app,
)
const graphGroups = ["User.Read", "GroupMember.Read.All"]

/** Doorward with these settings in its file. */
async function started(
  settings: string,
  apps: typeof withGroups = defaultApps.slice(),
  more: Readonly<Record<string, string>> = {},
) {
  const emulator = await serveEmulator({ apps })
  onTestFinished(() => emulator.close())
  emulator.emulator.control({
    action: "grant-consent",
    clientId: defaultApp.clientId,
    scopes: graphGroups,
  })
  const port = await freePort()
  const environment = {
    ...environmentFor(emulator.url, port, "."),
    DOORWARD_LOG_LEVEL: "info",
    AZURE_ADDITIONAL_SCOPES: graphGroups.join(" "),
    ...more,
  }
  const doorward = await startDoorward([], environment, { "doorward.yaml": settings })
  await doorward.says(`localhost:${port}`)
  return { served: { server: { url: `http://localhost:${port}` } }, doorward }
}

type Started = Awaited<ReturnType<typeof started>>

/** What a person's client is told: `undefined` if they are in. */
async function refusalOf(name: string, { served }: Started): Promise<string | undefined> {
  const url = authorizationUrl(served, await registerClient(served))
  const back = await signInAs(`${name}@contoso.example`, url, redirectUri)
  if (back.searchParams.has("code")) return undefined
  expect(back.searchParams.get("error")).toBe("access_denied")
  return back.searchParams.get("error_description") ?? ""
}

/** So many refusals in the log, once they are there: which rule refused whom. */
async function refusalsIn({ doorward }: Started, count: number) {
  const log = await doorward.says(new RegExp(`(?:"sign_in_refused"[^]*?){${count}}\\n`))
  return log
    .split("\n")
    .filter((line) => line.includes('"sign_in_refused"') && line.includes("request.refused"))
    .map((line) => JSON.parse(line) as { detail: string; userId: string; clientId: string })
}

describe("who may sign in", () => {
  test("is decided by groups, with those of people in many read from Graph", async () => {
    const many = defaultUsers.find(({ username }) => username.startsWith("grace"))?.groups ?? []
    const server = await started(
      `signIn:\n  groups: [${group.toUpperCase()}, ${many.at(-1)}]\n`,
      withGroups,
    )
    expect(await refusalOf("bob", server)).toBeUndefined()
    expect(await refusalOf("grace", server)).toBeUndefined()
  })

  test("by groups is nobody whose sign-in does not say which, and they are told so", async () => {
    const server = await started(`signIn:\n  groups: ${group}\n`)
    expect(await refusalOf("bob", server)).toContain("does not say which groups you are in")
    const refusals = await refusalsIn(server, 1)
    expect(refusals).toMatchObject([{ detail: "groups_unknown" }])
    expect(refusals[0]?.userId).toMatch(/^[\w-]{43}$/)
    expect(refusals[0]?.clientId).toBeDefined()
  })

  test("is decided by people, and by every list together", async () => {
    const both = [idOf("alice"), idOf("bob")].map((id) => `${defaultTenant.id}.${id}`)
    const server = await started(`signIn:\n  people: ${both.join(", ")}\n  roles: [Tools.Admin]\n`)
    expect(await refusalOf("alice", server)).toBeUndefined()
    expect(await refusalOf("bob", server)).toContain("roles")
    expect(await refusalOf("grace", server)).toContain("roles")
    const refusals = await refusalsIn(server, 2)
    expect(refusals.map(({ detail }) => detail)).toEqual(["roles", "roles"])
    expect(new Set(refusals.map(({ userId }) => userId)).size).toBe(2)
  })

  test("is decided by domains of the tenant itself, if no others are trusted", async () => {
    const server = await started("signIn:\n  domains: fabrikam.example\n")
    expect(await refusalOf("alice", server)).toContain("domain")
    expect(await refusalsIn(server, 1)).toMatchObject([{ detail: "domains" }])
  })
})

test("a rule about the groups of a tool keeps nobody from signing in where Graph gives no answer", async () => {
  const file = `backends:
  mcp:
    url: http://127.0.0.1:1/mcp
    policy: { tools: { x: { groups: [${group}] } } }
`
  const server = await started(file, withGroups, { AZURE_GRAPH_URL: "http://127.0.0.1:1" })
  expect(await refusalOf("grace", server)).toBeUndefined()
})

test("domains of tenants that nobody named are refused at the start", async () => {
  const file = "signIn:\n  roles: [x]\n  domains: [contoso.example]\n"
  const environment = {
    ...environmentFor("http://127.0.0.1:1", await freePort(), "."),
    AZURE_TENANT_ID: "organizations",
    AZURE_ALLOWED_TENANTS: defaultTenant.id,
  }
  const doorward = await startDoorward([], environment, { "doorward.yaml": file })
  expect(await doorward.exit).toBe(1)
  expect(doorward.output()).toContain("doorward.yaml:3: signIn.domains needs signIn.tenants")
})
