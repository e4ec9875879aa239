import { existsSync } from "node:fs"
import { join } from "node:path"
import { headlessSignIn, runFlow, terminalReport } from "@doorward/test-client"
import { type Arguments, readArguments, usage } from "./dev/arguments.ts"
import { closingText } from "./dev/closing-text.ts"
import { makePlan, type Plan } from "./dev/plan.ts"
import { type Processes, startProcesses } from "./dev/processes.ts"
import { restartOnChange } from "./dev/restart-on-change.ts"
import { canSignIn } from "./dev/sign-in-check.ts"

const repository = join(import.meta.dirname, "..")

/**
 * Runs the whole stack: emulator (or the real Entra ID), server and test client, and the sign-in once.
 *
 * @returns the exit code.
 */
async function main(args: readonly string[]): Promise<number> {
  const read = readArguments(args)
  if (!("help" in read)) {
    for (const problem of read) console.error(problem)
    console.error(`\n${usage}`)
    return 2
  }
  if (read.help) {
    console.log(usage)
    return 0
  }
  const end = toldToEnd()
  if (existsSync(".env")) process.loadEnvFile(".env")
  const plan = await makePlan(process.env, read.once ? "free" : "configured", read.backend)
  const isReady = await Promise.race([canSignIn(plan), end])
  if (typeof isReady === "number") return isReady
  if (!isReady) return 1

  const processes = startProcesses(repository, plan.services, ({ name }) => {
    console.error(
      `${name} has ended.${read.once ? "" : " It starts again when its sources change."}`,
    )
  })
  try {
    return await Promise.race([work(plan, processes, read), end])
  } finally {
    await processes.end()
  }
}

async function work(
  plan: Plan,
  processes: Processes,
  { once, verbose }: Arguments,
): Promise<number> {
  await processes.ready()
  const passed = plan.emulator === undefined || (await flowPasses(plan, verbose))
  if (once) return passed ? 0 : 1
  restartOnChange(repository, plan.services, processes)
  console.log(closingText(plan))
  return new Promise(() => undefined)
}

async function flowPasses({ mcpUrl, backend }: Plan, verbose: boolean): Promise<boolean> {
  const report = terminalReport(process.stdout, { brief: !verbose })
  const signIn = headlessSignIn({ user: "alice@contoso.example" })
  const result = await runFlow({ url: mcpUrl, signIn, onEvent: report.onEvent })
  report.finish(result)
  if (!result.ok && backend && "command" in backend && !process.env.DOORWARD_LOG_LEVEL) {
    console.error("DOORWARD_LOG_LEVEL=info shows what the MCP server writes to standard error.")
  }
  return result.ok
}

/** Resolves with the exit code when a signal says to end, or nobody reads the output any more. */
function toldToEnd(): Promise<number> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.once(signal, () => resolve(0))
    }
    // As if SIGPIPE had ended it.
    for (const stream of [process.stdout, process.stderr]) stream.on("error", () => resolve(141))
  })
}

try {
  process.exit(await main(process.argv.slice(2)))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
