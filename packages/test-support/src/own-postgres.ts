import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { chownSync, copyFileSync, globSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import type { Certificate } from "./certificate.ts"
import { freePort } from "./free-port.ts"

interface User {
  uid?: number
  gid?: number
}

/** The folder of the server's programs, which distributions keep out of the PATH. */
const programs = globSync("/usr/lib/postgresql/*/bin").at(-1)
/** PostgreSQL does not run as root, so root starts it as its usual user. */
const user: User | undefined = process.getuid?.() === 0 ? userOf("postgres") : {}
export const postgresServerAtHand = programs !== undefined && user !== undefined

/** A PostgreSQL server that belongs to one test, which can kill and restart it. Its data stays in its folder. */
export interface OwnPostgres {
  readonly port: number
  start(): Promise<void>
  /** Kills the server without letting it write anything. */
  kill(): Promise<void>
  /** Kills the server and deletes its folder. */
  dispose(): Promise<void>
}

export async function ownPostgres(certificate?: Certificate): Promise<OwnPostgres> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), "doorward-postgres-"))
  own(folder)
  const asUser = { ...user, cwd: folder }
  const initdb = ["-D", join(folder, "data"), "-U", "root", "-A", "trust", "--no-sync"]
  execFileSync(join(programs!, "initdb"), initdb, { ...asUser, stdio: "ignore" })
  const network = ["-D", join(folder, "data"), "-p", String(port), "-h", "127.0.0.1", "-k", ""]
  const settings = certificate ? ["-c", "ssl=on", ...certificateSettings(folder, certificate)] : []
  let child: ChildProcess | undefined

  async function start() {
    child = spawn(join(programs!, "postgres"), [...network, ...settings], {
      ...asUser,
      stdio: ["ignore", "ignore", "pipe"],
    })
    const said: string[] = []
    for await (const line of createInterface({ input: child.stderr! })) {
      if (line.includes("ready to accept connections")) {
        child.stderr!.resume()
        return
      }
      said.push(line)
    }
    throw new Error(`postgres ended before it was ready: ${said.join("\n")}`)
  }

  async function kill() {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, "exit")
    const gone = once(child, "close")
    child.kill("SIGKILL")
    await exited
    // Its child processes share its standard error. They end when they notice that it is gone.
    await gone
  }

  await start()
  return {
    port,
    start,
    kill,
    async dispose() {
      await kill()
      rmSync(folder, { recursive: true })
    },
  }
}

function certificateSettings(folder: string, { file, keyFile }: Certificate): string[] {
  const copies = [join(folder, "certificate.pem"), join(folder, "key.pem")]
  for (const [at, original] of [file, keyFile].entries()) {
    copyFileSync(original, copies[at]!)
    own(copies[at]!)
  }
  return ["-c", `ssl_cert_file=${copies[0]}`, "-c", `ssl_key_file=${copies[1]}`]
}

function own(path: string) {
  if (user?.uid !== undefined) chownSync(path, user.uid, user.gid ?? user.uid)
}

function userOf(name: string): User | undefined {
  const { status, stdout } = spawnSync("id", ["-u", name], { encoding: "utf8" })
  const group = spawnSync("id", ["-g", name], { encoding: "utf8" }).stdout
  return status === 0 ? { uid: Number(stdout), gid: Number(group) } : undefined
}
