import { defaultApp, defaultTenant, serveEntraEmulator } from "@doorward/entra-emulator"
import { expect, onTestFinished, test } from "vitest"
import { freePorts, runDev } from "./run-dev.ts"

/** The settings of a registration in Entra ID, for which an emulator stands in. */
async function registration() {
  const { origin, close } = await serveEntraEmulator()
  onTestFinished(close)
  return {
    AZURE_TENANT_ID: defaultTenant.id,
    AZURE_CLIENT_ID: defaultApp.clientId,
    AZURE_CLIENT_SECRET: defaultApp.clientSecret,
    AZURE_AUTHORITY_HOST: origin,
    AZURE_GRAPH_URL: origin,
  }
}

test("a .env file says the same as the environment", async () => {
  const files = { ".env": "AZURE_CLIENT_SECRET=a-secret\n" }
  const dev = await runDev([], { files, env: (await freePorts()).env })
  expect(await dev.exit).toBe(1)
  await dev.says("Nothing was started")
  expect(dev.output()).toContain("AZURE_TENANT_ID is missing")
  expect(dev.output()).not.toContain("AZURE_CLIENT_SECRET")
})

test("with some AZURE_* set the real Entra ID is meant, and what is missing is named", async () => {
  const env = { ...(await freePorts()).env, AZURE_TENANT_ID: "contoso.onmicrosoft.com" }
  const dev = await runDev([], { env })
  expect(await dev.exit).toBe(1)
  await dev.says("Nothing was started")
  expect(dev.output()).toContain("AZURE_CLIENT_ID must be")
  expect(dev.output()).toContain("AZURE_CLIENT_SECRET is missing")
})

test("a registration that lets nobody sign in is explained, and nothing starts", async () => {
  const settings = { ...(await registration()), AZURE_CLIENT_SECRET: "not-the-secret" }
  const dev = await runDev([], { env: { ...(await freePorts()).env, ...settings } })
  expect(await dev.exit).toBe(1)
  await dev.says("Nothing was started, since nobody could sign in.")
  expect(dev.output()).toMatch(/^✗ credential .*Set AZURE_CLIENT_SECRET to the Value/m)
  expect(dev.output()).not.toMatch(/is running|listens/)
})

test("a registration that works is checked first, and then the stack runs", async () => {
  const dev = await runDev([], { env: { ...(await freePorts()).env, ...(await registration()) } })
  await dev.says("Doorward is running")
  const output = dev.output()
  expect(output).toMatch(/^✓ redirect URI /m)
  expect(output.indexOf("✓ redirect URI")).toBeLessThan(output.indexOf("Doorward listens"))
  expect(output).not.toContain("entra-emulator")
}, 120_000)
