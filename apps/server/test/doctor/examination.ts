import type { AppRegistrationInput, EntraEmulatorOptions } from "@doorward/entra-emulator"
import { defaultApp, defaultApps } from "@doorward/entra-emulator"
import { runCommand } from "../../src/commands/run-command.ts"
import type { Check } from "../../src/doctor/check.ts"
import { type ServedEmulator, serveEmulator } from "../support/emulator.ts"
import { environmentFor } from "../support/stack.ts"

export const graphClientId = "00000003-0000-0000-c000-000000000000"
/** Neither a tenant nor an application. */
export const nobody = "11111111-1111-4111-8111-111111111111"

export interface Examination {
  code: number
  output: string
  checks: readonly Check[]
  /** The check of that name. @throws if there is not exactly one. */
  of(name: Check["name"]): Check
}

/** An Entra ID of the test's own, and the doctor that looks at it. */
export interface Practice extends AsyncDisposable {
  entra: ServedEmulator
  examine(environment?: Record<string, string>): Promise<Examination>
  /** Changes the app registration, as an administrator would in the portal. */
  change(changes: Partial<AppRegistrationInput>): void
}

export async function practice(options: EntraEmulatorOptions = {}): Promise<Practice> {
  const entra = await serveEmulator({ apps: defaultApps, ...options })
  return {
    entra,
    change: (changes) =>
      entra.emulator.control({ action: "update-app", clientId: defaultApp.clientId, changes }),
    async examine(environment = {}) {
      const { code, output } = await runDoctor(["--json"], {
        ...environmentFor(entra.url, 8000, "/nowhere"),
        MCP_REQUIRED_SCOPES: "access_as_user",
        ...environment,
      })
      const { checks } = JSON.parse(output) as { checks: readonly Check[] }
      return {
        code,
        output,
        checks,
        of(name) {
          const [check, another] = checks.filter((one) => one.name === name)
          if (!check || another) throw new Error(`${name}: ${output}`)
          return check
        },
      }
    },
    [Symbol.asyncDispose]: () => entra.close(),
  }
}

export async function runDoctor(args: readonly string[], environment: Record<string, string>) {
  const lines: string[] = []
  const errors: string[] = []
  const print = (line: string) => lines.push(line)
  const code = await runCommand(["doctor", ...args], { environment, print }, (line) =>
    errors.push(line),
  )
  return { code, output: lines.join("\n"), errors: errors.join("\n") }
}
