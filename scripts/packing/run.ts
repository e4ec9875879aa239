import { execFile } from "node:child_process"
import { promisify } from "node:util"

const execute = promisify(execFile)

/**
 * Runs a program and gives what it printed.
 *
 * @throws {Error} with all that it printed if it did not exit with 0.
 */
export async function run(file: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    const { stdout } = await execute(file, args, { cwd, maxBuffer: 64 * 1024 * 1024 })
    return stdout
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string }
    const printed = `${stdout}${stderr}`.trim()
    throw new Error(`${file} ${args.join(" ")}\n${printed}`, { cause: error })
  }
}
