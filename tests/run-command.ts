import { spawn } from "node:child_process"
import { text } from "node:stream/consumers"

export interface CommandResult {
  /** `null` if a signal ended it. */
  code: number | null
  stdout: string
  stderr: string
}

/** Runs a program to its end, whatever its exit code, without colours and without vitest's variables in its environment. */
export async function runCommand(
  file: string,
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(VITEST|VITE_|NODE_ENV|TEST|CI$|FORCE_COLOR|GITHUB_ACTIONS)/.test(name),
    ),
  )
  const child = spawn(file, args, {
    cwd,
    env: { ...env, NO_COLOR: "1", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  })
  const exit = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject)
    child.on("close", resolve)
  })
  const [code, stdout, stderr] = await Promise.all([exit, text(child.stdout), text(child.stderr)])
  return { code, stdout, stderr }
}
