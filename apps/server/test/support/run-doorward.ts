import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { runCommand } from "../../src/commands/run-command.ts"

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url))

export interface Ended {
  code: number
  output: string
  errors: string
}

/** Runs the command line in a process of its own, with this environment and no other. */
export const runDoorward = (
  args: readonly string[],
  { environment, folder }: { environment: Readonly<Record<string, string>>; folder: string },
): Promise<Ended> =>
  new Promise((resolve) => {
    const options = { env: environment, cwd: folder }
    execFile(process.execPath, [main, ...args], options, (error, output, errors) =>
      resolve({ code: error === null ? 0 : Number(error.code), output, errors }),
    )
  })

/** Runs a command in this process, which is quicker. Not for `start`. */
export async function runCommandHere(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Ended> {
  let output = ""
  let errors = ""
  const print = (line: string) => {
    output += `${line}\n`
  }
  const code = await runCommand(args, { environment, print }, (line) => {
    errors += `${line}\n`
  })
  return { code, output, errors }
}
