import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { onTestFinished } from "vitest"

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url))
const { PATH = "", NODE_COMPILE_CACHE = "" } = process.env

export interface RunningDoorward {
  /** Resolves with the exit code; null if a signal ended it. */
  exit: Promise<number | null>
  /** What it printed, to either stream. */
  output(): string
  /** Resolves with the output when that has matched. @throws {Error} if it ends first. */
  says(text: string | RegExp): Promise<string>
  /** Writes to its standard input. */
  write(text: string): void
  /** Ends its standard input. */
  end(): void
  kill(signal: NodeJS.Signals): void
}

/** Whether a command can be run at a terminal. */
export const terminalAtHand = process.platform === "linux" && existsSync("/usr/bin/script")

/**
 * Runs the command line in a folder of its own, with this environment and no other, until the test ends.
 *
 * @param files what is in the folder.
 * @param terminal whether its input and output are a terminal.
 */
export async function startDoorward(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
  terminal = false,
): Promise<RunningDoorward & { folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), "doorward-run-"))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  const command = [process.execPath, main, ...args]
  const quoted = command.map((word) => `'${word}'`).join(" ")
  const [file = "", ...rest] = terminal ? ["script", "-qec", quoted, "/dev/null"] : command
  const child = spawn(file, rest, {
    cwd: folder,
    env: { PATH, NODE_COMPILE_CACHE, ...environment },
    stdio: ["pipe", "pipe", "pipe"],
  })
  // It may end before it has read everything.
  child.stdin.on("error", () => undefined)
  const exit = new Promise<number | null>((resolve) => child.once("exit", resolve))
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()))
  onTestFinished(async () => {
    child.kill("SIGKILL")
    await closed
    await rm(folder, { recursive: true, force: true })
  })

  let output = ""
  let look: () => void = () => undefined
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk
      look()
    })
  }
  const has = (text: string | RegExp) =>
    typeof text === "string" ? output.includes(text) : text.test(output)
  return {
    folder,
    exit,
    output: () => output,
    async says(text) {
      const found = new Promise<void>((resolve) => {
        look = () => {
          if (has(text)) resolve()
        }
        look()
      })
      await Promise.race([found, closed])
      if (!has(text)) throw new Error(`it ended without saying ${text}:\n${output}`)
      return output
    },
    write: (text) => void child.stdin.write(text),
    end: () => void child.stdin.end(),
    kill: (signal) => void child.kill(signal),
  }
}
