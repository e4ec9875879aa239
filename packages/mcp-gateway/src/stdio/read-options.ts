import { basename } from "node:path"
import { customOption, functionOption, type OptionFields, readOptions } from "@doorward/boundary"
import { z } from "zod"
import type { BackendEvent } from "../backend.ts"
import type { SpawnServersOptions } from "../options.ts"

/** Options of `spawnServers`, checked, with their defaults. */
export type SpawnServersSettings = Omit<
  z.output<typeof spawnServersOptions>,
  "command" | "name"
> & {
  name: string
  command: string
  args: readonly string[]
}

/** @throws {ConfigurationError} with every mistake at once. */
export function readSpawnServersOptions(
  given: readonly string[],
  options: SpawnServersOptions,
): SpawnServersSettings {
  const checked = readOptions("spawnServers", spawnServersOptions, { ...options, command: given })
  const [command = "", ...args] = checked.command
  return { ...checked, command, args, name: checked.name ?? basename(command) }
}

const hasNoNul = (text: string) => !text.includes("\0")

const command = z
  .array(z.string().refine(hasNoNul, "must not hold a NUL character"))
  .min(1)
  .refine(([program]) => program !== "", "must begin with the program to start")

const environment = customOption<Readonly<Record<string, string>>>(
  (value) => problemWithEnvironment(value) === undefined,
  ({ input }) => problemWithEnvironment(input) ?? "",
)

const shape = {
  name: z.string().min(1).optional(),
  onEvent: functionOption<(event: BackendEvent) => void>().optional(),
  environment: environment.default({}),
  cwd: z.string().min(1).refine(hasNoNul, "must not hold a NUL character").optional(),
  identity: z.boolean().default(false),
  maxProcesses: z.int().min(1).default(100),
  maxProcessesPerCaller: z.int().min(1).default(5),
  idleMinutes: z.number().positive().max(35_000).default(30),
  startSeconds: z.number().positive().max(2_000_000).default(30),
} satisfies OptionFields<SpawnServersOptions>

const spawnServersOptions = z.strictObject({ command, ...shape })

/** What is wrong with the variables, worded to follow the option's name. */
function problemWithEnvironment(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return "must be an object of texts"
  }
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== "string") return `must be an object of texts; ${name} is none`
    if (!hasNoNul(text)) return `must not hold a NUL character; ${name} does`
    if (name === "" || /[=\0]/.test(name)) {
      return `must have the names of variables; ${JSON.stringify(name)} is none`
    }
    if (name.toUpperCase().startsWith("DOORWARD_")) {
      return `must not have ${name}: variables that begin with DOORWARD_ say who is calling`
    }
  }
  return undefined
}
