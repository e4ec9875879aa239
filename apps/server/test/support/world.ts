import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import {
  type AppRegistrationInput,
  defaultApp,
  type EntraEmulator,
  type EntraEmulatorOptions,
} from "@doorward/entra-emulator"
import { freePort } from "@doorward/test-support/free-port"
import pino from "pino"
import { composeServer } from "../../src/compose.ts"
import { readConfiguration } from "../../src/configuration/read-configuration.ts"
import { listen } from "../../src/listen.ts"
import { serveEmulator } from "./emulator.ts"
import { environmentFor } from "./stack.ts"

/** A line of the server's log. */
export interface LogLine {
  msg: string
  level: number
  reason?: string
  detail?: string
  error?: unknown
}

export type Environment = Readonly<Record<string, string>>

/** An AADSTS code that the emulator can be told to answer with. */
export type Code = NonNullable<NonNullable<EntraEmulatorOptions["faults"]>[number]["code"]>

/** Entra ID and the whole server, each on its own port, with one clock and a readable log. */
export interface World extends AsyncDisposable {
  emulator: EntraEmulator
  server: { url: string }
  mcpUrl: string
  log: LogLine[]
  /** What the log says of refused requests and of what failed upstream. */
  refusals(): readonly LogLine[]
  /** Moves the clock of both. */
  later(minutes: number): void
  /** Changes the app registration, as an administrator would in the portal. */
  change(changes: Partial<AppRegistrationInput>): void
  /** The token endpoint answers with a code from now on. */
  answerWith(code: Code, grantType?: string): void
}

/** The three ways to ask for scopes; the provider's README explains them. */
export const modes = {
  api: { MCP_REQUIRED_SCOPES: "access_as_user" },
  "sign-in": { MCP_REQUIRED_SCOPES: "User.Read email openid" },
  mixed: { MCP_REQUIRED_SCOPES: "access_as_user User.Read" },
}
export type Mode = keyof typeof modes

/** @param environment overrides that of API mode; it may depend on the address of Entra ID. */
export async function world(
  environment: Environment | ((entraUrl: string) => Environment) = {},
  options: EntraEmulatorOptions = {},
): Promise<World> {
  const clock = { now: Date.now() }
  const now = () => clock.now
  // What was started is stopped again if the server does not start.
  await using begun = new AsyncDisposableStack()
  const entra = await serveEmulator({ now, ...options })
  begun.defer(entra.close)
  const { emulator } = entra
  const folder = mkdtempSync(join(tmpdir(), "doorward-aadsts-"))
  begun.defer(() => rmSync(folder, { recursive: true, force: true }))
  const port = await freePort()
  const log: LogLine[] = []
  const configuration = readConfiguration({
    ...environmentFor(entra.url, port, folder),
    ...modes.api,
    ...(typeof environment === "function" ? environment(entra.url) : environment),
  })
  const logger = pino(
    { level: "info", base: null },
    { write: (line) => log.push(JSON.parse(line)) },
  )
  const composed = await composeServer(configuration, logger, now)
  begun.defer(() => composed.close())
  const listening = await listen(composed.app, configuration)
  begun.defer(() => listening.close())
  const running = begun.move()
  return {
    emulator,
    server: { url: configuration.baseUrl },
    mcpUrl: `${configuration.baseUrl}/mcp`,
    log,
    refusals: () => log.filter(({ msg }) => msg === "request.refused" || msg === "upstream.failed"),
    later(minutes) {
      clock.now += minutes * 60_000
    },
    change: (changes) =>
      emulator.control({ action: "update-app", clientId: defaultApp.clientId, changes }),
    answerWith: (code, grantType) =>
      emulator.control({
        action: "fail",
        fault: { endpoint: "token", code, ...(grantType && { grantType }) },
      }),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
