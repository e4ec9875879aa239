import { isLoopbackHost } from "@doorward/boundary"
import { settingAt } from "../configuration/environment-settings.ts"
import { type ConfigurationSource, giveSettings } from "../configuration/given-settings.ts"
import { UsageError } from "./command.ts"

type Environment = Readonly<Record<string, string | undefined>>

/** A local Entra ID for this server. */
export interface LocalEmulator {
  /** The variables by which the server signs people in with it. */
  settings: Environment
  /** What to tell the person at the terminal. */
  lines: readonly string[]
  close(): Promise<void>
}

const usualPort = 9400

/**
 * Starts the Entra ID emulator in this process, with the server's redirect URI in its app registration.
 *
 * @throws {UsageError} if the server has an Entra ID already, or is not on this machine.
 */
export async function startEmulator(
  environment: Environment,
  source: ConfigurationSource,
): Promise<LocalEmulator> {
  const baseUrl = baseUrlFor(environment, source)
  const { defaultApp, defaultApps, defaultTenant, defaultUsers, serveEntraEmulator } = await import(
    "@doorward/entra-emulator"
  )
  const apps = defaultApps.map((app) =>
    app.clientId === defaultApp.clientId
      ? { ...app, redirectUris: [...(app.redirectUris ?? []), `${baseUrl}/auth/callback`] }
      : app,
  )
  const serve = (port: number) => serveEntraEmulator({ port, emulator: { apps } })
  const { origin, close } = await serve(usualPort).catch(() => serve(0))
  const people = defaultUsers.slice(0, 2).map(({ username }) => username)
  return {
    settings: {
      AZURE_TENANT_ID: defaultTenant.id,
      AZURE_CLIENT_ID: defaultApp.clientId,
      AZURE_CLIENT_SECRET: defaultApp.clientSecret,
      AZURE_AUTHORITY_HOST: origin,
      AZURE_GRAPH_URL: origin,
    },
    lines: [`People sign in at ${origin}, in place of Entra ID, as ${people.join(", ")} or others`],
    close,
  }
}

/** The settings that name an Entra ID, or authenticate to one. */
const ofEntraId = [
  "tenantId",
  "clientId",
  "clientSecret",
  "certificate.path",
  "federatedTokenFile",
  "managedIdentity",
  "authorityHost",
  "graphUrl",
].map((name) => `entra.${name}`)

function baseUrlFor(environment: Environment, source: ConfigurationSource): string {
  const { tree, names } = giveSettings(environment, source)
  const ofEntra = ofEntraId.find((path) => settingAt(tree, path) !== undefined)
  if (ofEntra !== undefined) {
    throw new UsageError(
      `--emulator stands in for Entra ID, but ${names.placeOf(ofEntra)} is for the real one; remove either`,
    )
  }
  const port = settingAt(tree, "listen.port") ?? 8000
  const baseUrl = String(tree.baseUrl ?? `http://localhost:${port}`).replace(/\/+$/, "")
  if (isLoopbackHost(URL.parse(baseUrl)?.hostname ?? "")) return baseUrl
  throw new UsageError(
    `--emulator is for this machine only, but ${names.placeOf("baseUrl")} is ${baseUrl}`,
  )
}
