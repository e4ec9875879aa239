import { createEmulation } from "./emulation.ts"
import { createApp } from "./http/app.ts"
import { type EntraEmulatorOptions, emulatorOptionsSchema } from "./options.ts"

/** A local Entra ID. */
export interface EntraEmulator {
  /** Answers a request for any of the endpoints; the request's path counts, its origin does not. */
  fetch(request: Request): Promise<Response>
  readonly baseUrl: string
}

/**
 * Makes an emulator of Microsoft Entra ID and of the part of Microsoft Graph that a sign-in meets.
 *
 * Without options it stands in for `https://login.microsoftonline.com`, with seeded tenants, users and
 * applications. Nothing is kept beyond the process.
 *
 * @throws {ZodError} if the options are not well formed.
 */
export function createEntraEmulator(options: EntraEmulatorOptions = {}): EntraEmulator {
  const emulation = createEmulation(emulatorOptionsSchema.parse(options))
  const app = createApp(emulation)
  return {
    fetch: async (request) => app.fetch(request),
    baseUrl: emulation.urls.base,
  }
}
