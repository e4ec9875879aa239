import { readOptions } from "@doorward/boundary"
import { createApp } from "./http/app.ts"
import { applyCommand } from "./state/control.ts"
import type { ControlCommand } from "./state/control-command.ts"
import { createEmulation } from "./state/emulation.ts"
import { type EntraEmulatorOptions, emulatorOptionsSchema } from "./state/options.ts"
import { readCommand } from "./state/read-command.ts"

/** A local Entra ID. */
export interface EntraEmulator {
  /** Answers a request for any endpoint. Only the path of its URL matters, not the origin. */
  fetch(request: Request): Promise<Response>
  /** The URL at which clients reach the emulator: the option `baseUrl`, or its default. */
  readonly baseUrl: string
  /**
   * Changes users, registrations, keys, policies or the clock, or makes requests fail. `POST /_emulator`
   * takes the same commands as JSON.
   *
   * @throws {ConfigurationError} if the command is not well formed.
   * @throws {UnknownTargetError} if it names something that does not exist.
   */
  control(command: ControlCommand): void
}

/**
 * Creates an emulator of Microsoft Entra ID, with the part of Microsoft Graph that a sign-in uses.
 *
 * Without options it stands in for `https://login.microsoftonline.com`, with seeded tenants, users and
 * applications. It keeps everything in memory.
 *
 * @throws {ConfigurationError} if the options are not well formed.
 * @example
 * const emulator = createEntraEmulator()
 * const response = await emulator.fetch(
 *   new Request(`${emulator.baseUrl}/${defaultTenant.id}/v2.0/.well-known/openid-configuration`),
 * )
 */
export function createEntraEmulator(options: EntraEmulatorOptions = {}): EntraEmulator {
  const settings = readOptions("createEntraEmulator", emulatorOptionsSchema, options)
  let emulation = createEmulation(settings)
  const control = (input: ControlCommand): void => {
    const command = readCommand(input)
    if (command.action === "reset") {
      emulation = createEmulation(settings)
      app = createApp(emulation, control)
    } else {
      applyCommand(emulation, command)
    }
  }
  let app = createApp(emulation, control)
  return {
    fetch: async (request) => app.fetch(request),
    baseUrl: emulation.urls.base,
    control,
  }
}
