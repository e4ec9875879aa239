import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import type { Certificate } from "./certificate.ts"
import { freePort } from "./free-port.ts"

export const redisServerAtHand = spawnSync("redis-server", ["--version"]).status === 0

/** A Redis server that belongs to one test, which can kill and restart it. Its data stays in its folder. */
export interface OwnRedis {
  readonly port: number
  readonly clusterPort: number
  /** The port for TLS, if there is a certificate. */
  readonly tlsPort: number
  readonly folder: string
  start(): Promise<void>
  kill(): Promise<void>
  /** Kills the server and deletes its folder. */
  dispose(): Promise<void>
}

export async function ownRedis(options: string[], certificate?: Certificate): Promise<OwnRedis> {
  const [port, clusterPort, tlsPort] = [await freePort(), await freePort(), await freePort()]
  const folder = mkdtempSync(join(tmpdir(), "doorward-redis-"))
  let child: ChildProcess | undefined

  async function start() {
    const network = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""]
    const cluster = ["--cluster-port", String(clusterPort)]
    const tls = certificate
      ? [
          "--tls-port",
          String(tlsPort),
          "--tls-auth-clients",
          "no",
          "--tls-ca-cert-file",
          certificate.file,
        ].concat("--tls-cert-file", certificate.file, "--tls-key-file", certificate.keyFile)
      : []
    child = spawn("redis-server", [...network, ...cluster, ...tls, ...options], {
      stdio: ["ignore", "pipe", "inherit"],
    })
    for await (const line of createInterface({ input: child.stdout! })) {
      if (line.includes("Ready to accept connections")) return
    }
    throw new Error("redis-server ended before it was ready")
  }

  async function kill() {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, "exit")
    child.kill("SIGKILL")
    await exited
  }

  await start()
  return {
    port,
    clusterPort,
    tlsPort,
    folder,
    start,
    kill,
    async dispose() {
      await kill()
      rmSync(folder, { recursive: true })
    },
  }
}
