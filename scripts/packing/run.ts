import { execFile } from "node:child_process"
import { promisify } from "node:util"

const execute = promisify(execFile)

/**
 * Runs a program and gives what it printed.
 *
 * @throws {Error} with all that it printed if it could not be started or did not exit with 0.
 */
export async function run(file: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    const { stdout } = await execute(file, args, { cwd, maxBuffer: 64 * 1024 * 1024 })
    return stdout
  } catch (cause) {
    const { stdout, stderr, message } = cause as { stdout: string; stderr: string; message: string }
    const printed = `${stdout}${stderr}`.trim()
    throw new Error(`${file} ${args.join(" ")}\n${printed === "" ? message : printed}`, { cause })
  }
}
