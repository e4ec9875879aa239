import { existsSync } from "node:fs"
import { headlessSignIn, runFlow, terminalReport } from "@doorward/test-client"
import { box } from "./dev/box.ts"
import { makePlan, type Plan } from "./dev/plan.ts"
import { type Processes, startProcesses } from "./dev/processes.ts"

/**
 * The whole stack: emulator (or the real Entra ID), server and test client, and the sign-in run once.
 *
 * With `--once` it runs on free ports, and its exit code says whether every step held.
 */
async function main(once: boolean): Promise<number> {
  if (existsSync(".env")) process.loadEnvFile(".env")
  const plan = await makePlan(process.env, once ? "free" : "configured")
  const processes = startProcesses(plan.services, !once)
  try {
    return await Promise.race([work(plan, processes, once), interrupted(), ended(processes)])
  } finally {
    await processes.end()
  }
}

async function work(plan: Plan, processes: Processes, once: boolean): Promise<number> {
  await processes.ready()
  const held = plan.emulatorUrl === undefined || (await flowHolds(plan.mcpUrl))
  if (once) return held ? 0 : 1
  console.log(box(plan))
  return new Promise(() => undefined)
}

async function flowHolds(url: string): Promise<boolean> {
  const report = terminalReport(process.stdout)
  const signIn = headlessSignIn({ user: "alice@contoso.example" })
  const result = await runFlow({ url, signIn, onEvent: report.onEvent })
  report.finish(result)
  return result.ok
}

const interrupted = () =>
  new Promise<number>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve(0))
  })

async function ended(processes: Processes): Promise<number> {
  console.error(`${await processes.firstExit} has ended; ending the others.`)
  return 1
}

try {
  process.exitCode = await main(process.argv.includes("--once"))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
