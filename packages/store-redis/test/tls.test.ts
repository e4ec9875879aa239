import { execFile } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { createCertificate } from "@doorward/test-support/certificate"
import { type OwnRedis, ownRedis, redisServerAtHand } from "@doorward/test-support/own-redis"
import { createClient } from "redis"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"

const folder = mkdtempSync(join(tmpdir(), "doorward-redis-tls-"))
const certificate = redisServerAtHand ? createCertificate(folder) : undefined
const script = fileURLToPath(new URL("./round-trip.ts", import.meta.url))

afterAll(() => rmSync(folder, { recursive: true }))

/** What the script prints, in a process that trusts this certificate. */
async function roundTrip(url: string, trusted = certificate?.file) {
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: trusted }
  return (await promisify(execFile)(process.execPath, [script, url], { env })).stdout
}

describe.skipIf(!certificate)("redisStore over TLS", () => {
  let redis: OwnRedis

  beforeAll(async () => {
    const announced = ["--cluster-announce-ip", "127.0.0.1"]
    const options = ["--cluster-enabled", "yes", "--tls-cluster", "yes", ...announced]
    redis = await ownRedis(options, certificate)
    const client = await createClient({ url: `redis://127.0.0.1:${redis.port}` }).connect()
    await client.sendCommand(["CLUSTER", "ADDSLOTSRANGE", "0", "16383"])
    await vi.waitFor(async () => {
      expect(String(await client.sendCommand(["CLUSTER", "INFO"]))).toContain("cluster_state:ok")
    }, 30_000)
    await client.close()
  })
  afterAll(() => redis.dispose())

  it("uses a server whose certificate is trusted", async () => {
    expect(await roundTrip(`rediss://localhost:${redis.tlsPort}`)).toBe("1,2,3")
  })

  it("accepts a cluster's servers, which are known by address, if their certificate is for the host of the URL", async () => {
    expect(await roundTrip(`rediss+cluster://localhost:${redis.tlsPort}`)).toBe("1,2,3")
  })

  it("refuses a certificate for another name", async () => {
    const said = await roundTrip(`rediss://127.0.0.1:${redis.tlsPort}`)
    expect(said).toMatch(/^StoreUnavailableError: .*127\.0\.0\.1 is not in the cert/)
  })

  it.each(["rediss", "rediss+cluster"])(
    "refuses a certificate from an unknown authority: %s",
    async (scheme) => {
      const said = await roundTrip(`${scheme}://localhost:${redis.tlsPort}`, "")
      expect(said).toMatch(/^StoreUnavailableError: /)
    },
  )
})
