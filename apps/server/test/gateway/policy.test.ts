import { defaultTenant, defaultUsers } from "@doorward/entra-emulator"
import { freePort } from "@doorward/test-support/free-port"
import { expect, onTestFinished, test } from "vitest"
import { backendServer } from "../support/backend-server.ts"
import { serveEmulator } from "../support/emulator.ts"
import { startDoorward } from "../support/running-doorward.ts"
import { signedInSdk2 } from "../support/signed-in-client.ts"
import { environmentFor } from "../support/stack.ts"

const tools = ["list_issues", "delete_issue", "delete_repository", "own", "grouped", "unnamed"]

const idOf = (name: string) => defaultUsers.find(({ username }) => username.startsWith(name))?.id

/** Doorward with this policy in its file, in front of a server with {@link tools}. */
async function started(policy: string) {
  const emulator = await serveEmulator()
  onTestFinished(() => emulator.close())
  const backend = await backendServer(...tools)
  onTestFinished(() => backend.close())
  const port = await freePort()
  const file = `backends:\n  mcp:\n    url: ${backend.url}\n    policy:\n${policy}`
  const environment = { ...environmentFor(emulator.url, port, "."), DOORWARD_LOG_LEVEL: "info" }
  const doorward = await startDoorward([], environment, { "doorward.yaml": file })
  await doorward.says(`localhost:${port}`)
  return { url: `http://localhost:${port}/mcp`, doorward }
}

/** What a person is shown, what they may really call, and what they are told of the rest. */
async function seenBy(name: string, url: string) {
  const client = await signedInSdk2(url, `${name}@contoso.example`)
  onTestFinished(() => client.close())
  const { tools: listed } = await client.listTools()
  const called: string[] = []
  const told: Record<string, string> = {}
  for (const tool of tools) {
    try {
      await client.callTool({ name: tool })
      called.push(tool)
    } catch (error) {
      told[tool] = String(error)
    }
  }
  return { listed: listed.map((tool) => tool.name), called, told }
}

test("the policy of a backend decides what people see and what they may call", async () => {
  const { url, doorward } = await started(`      default: deny
      tools:
        "*_issues": {}
        "delete_*": { roles: [Tools.Admin] }
        delete_repository: { people: ${defaultTenant.id}.${idOf("bob")} }
        own: { people: ["${defaultTenant.id}.${idOf("bob")}"], tenants: ["${defaultTenant.id}"] }
        grouped: { groups: [14c20307-e7b2-4d15-94bc-e2d6f2a77434] }
        delete_repo: { roles: [Tools.Admin] }
`)
  const alice = await seenBy("alice", url)
  expect(alice.listed).toEqual(["list_issues", "delete_issue"])
  expect(alice.called).toEqual(alice.listed)
  const bob = await seenBy("bob", url)
  expect(bob.listed).toEqual(["list_issues", "own"])
  expect(bob.called).toEqual(bob.listed)
  expect(bob.told.delete_issue).toContain("You do not have a role that may use this.")
  expect(bob.told.grouped).toContain("does not say which groups you are in")
  expect(bob.told.unnamed).toContain("Nobody may use this.")

  const log = doorward.output()
  expect(log).toContain('"reason":"no_rule"')
  const warnings = log.split("\n").filter((line) => line.includes("policy.unmatched_rule"))
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toContain("doorward.yaml:12: backends.mcp.policy.tools.delete_repo")
})

test("what the file cannot mean is named with its line at the start", async () => {
  const file = `backends:
  mcp:
    url: http://127.0.0.1:1/mcp
    policy:
      default: closed
      tools:
        drop: { roles: [], scops: [a] }
      scopeHierarchy: { a: "b c d", e: ['"'] }
`
  const environment = environmentFor("http://127.0.0.1:1", await freePort(), ".")
  const doorward = await startDoorward([], environment, { "doorward.yaml": file })
  expect(await doorward.exit).toBe(1)
  const output = doorward.output()
  for (const line of [
    "doorward.yaml:5: backends.mcp.policy.default must be allow or deny",
    "doorward.yaml:7: backends.mcp.policy.tools.drop.scops is not an option; did you mean backends.mcp.policy.tools.drop.scopes?",
  ]) {
    expect(output).toContain(line)
  }
})
