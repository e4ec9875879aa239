import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import { freePort } from "../scripts/dev/ports.ts"
import { repository, temporaryFolder } from "./temporary-folder.ts"

const script = join(repository, "scripts/dev.ts")
const { PATH = "", NODE_COMPILE_CACHE = "" } = process.env

export interface DevRun {
  child: ChildProcess
  /** Resolves with the exit code. */
  exit: Promise<number | null>
  /** Everything that it has printed. */
  output(): string
  /** Resolves when it has printed the text. @throws {Error} if it ends first. */
  says(text: string): Promise<void>
  /** How many processes run, it and those that it started. */
  processes(): number
}

export interface DevOptions {
  env?: Readonly<Record<string, string>>
  /** The files of the folder that it runs in. Default: none. */
  files?: Readonly<Record<string, string>>
  /** A shell command that reads its standard output. */
  reader?: string
}

/** Runs the development stack, with nothing of this machine's configuration. */
export async function runDev(
  args: readonly string[],
  { env = {}, files = {}, reader }: DevOptions = {},
): Promise<DevRun> {
  const folder = await temporaryFolder(files)
  const command = [process.execPath, script, ...args]
  const [file = "", ...rest] =
    reader === undefined ? command : ["sh", "-c", `"$@" | ${reader}`, "sh", ...command]
  const child = spawn(file, rest, {
    cwd: folder.path,
    env: { PATH, NODE_COMPILE_CACHE, ...env },
    // A process group of its own, by which the processes that it leaves are found.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  })
  const exit = new Promise<number | null>((resolve) => child.once("exit", resolve))
  onTestFinished(async () => {
    // It ends the processes that it started.
    child.kill("SIGTERM")
    await exit
    await folder[Symbol.asyncDispose]()
  })

  let output = ""
  const waiting: { text: string; found: () => void }[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk
      for (const { text, found } of waiting) if (output.includes(text)) found()
    })
  }
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()))
  return {
    child,
    exit,
    output: () => output,
    says: (text) =>
      Promise.race([
        new Promise<void>((found) => {
          if (output.includes(text)) found()
          else waiting.push({ text, found })
        }),
        closed.then(() => {
          if (!output.includes(text))
            throw new Error(`it ended without saying "${text}":\n${output}`)
        }),
      ]),
    processes: () => processesOf(child.pid ?? 0),
  }
}

/** The processes of a group, but for those that have ended. */
function processesOf(group: number): number {
  const lines = execFileSync("ps", ["-A", "-o", "pgid=,stat="], { encoding: "utf8" }).split("\n")
  return lines.filter((line) => {
    const [pgid, stat = "Z"] = line.trim().split(/\s+/)
    return Number(pgid) === group && !stat.startsWith("Z")
  }).length
}

/** Ports that nothing listens on, and no records kept. */
export async function freePorts() {
  const [emulator, server, client] = [await freePort(), await freePort(), await freePort()]
  return {
    emulator,
    server,
    client,
    env: {
      ENTRA_EMULATOR_PORT: String(emulator),
      MCP_SERVER_PORT: String(server),
      TEST_CLIENT_PORT: String(client),
      MCP_STORE_URL: "memory:",
    },
  }
}
