import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"

const ALREADY = "DOORWARD_CONFORMANCE_LOOPBACK_ONLY"

/**
 * Runs a program again where there is no network but loopback, if the machine allows that (Linux, with
 * user namespaces): the suite then reaches nothing else, whatever a scenario tries.
 *
 * @returns its exit code; `undefined` if this is that program already, or the machine does not allow it.
 */
export async function onLoopbackOnly(
  program: string,
  args: readonly string[],
): Promise<number | undefined> {
  if (process.env[ALREADY]) return undefined
  const within = ["-rn", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
  if (spawnSync("unshare", [...within, "true"]).status !== 0) {
    console.error(
      "This machine allows no network namespace: the suite runs in the machine's network.",
    )
    return undefined
  }
  const child = spawn("unshare", [...within, process.execPath, program, ...args], {
    stdio: "inherit",
    env: { ...process.env, [ALREADY]: "1" },
  })
  const [code] = await once(child, "close")
  return code ?? 1
}
