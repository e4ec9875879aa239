import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Store, StoreUnavailableError } from "@doorward/oauth-core"
import { createCertificate } from "@doorward/test-support/certificate"
import {
  type OwnPostgres,
  ownPostgres,
  postgresServerAtHand,
} from "@doorward/test-support/own-postgres"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { postgresStore } from "../src/index.ts"

const folder = mkdtempSync(join(tmpdir(), "doorward-postgres-tls-"))
const certificate = postgresServerAtHand ? createCertificate(folder) : undefined
const value = Uint8Array.of(1, 2, 3)
const inAnHour = () => new Date(Date.now() + 3_600_000)

afterAll(() => rmSync(folder, { recursive: true }))

describe.skipIf(!certificate)("postgresStore with a server of its own", () => {
  const opened: Store[] = []
  let server: OwnPostgres

  beforeAll(async () => {
    server = await ownPostgres(certificate)
  })
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close()
  })
  afterAll(() => server.dispose())

  function open(host: string, query = "") {
    const store = postgresStore(`postgres://root@${host}:${server.port}/postgres${query}`)
    opened.push(store)
    return store
  }

  async function failure(operation: Promise<unknown>): Promise<string> {
    const error = await operation.catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(StoreUnavailableError)
    return (error as Error).message
  }

  it("uses TLS if the URL asks for it, with the certificate authority that it names", async () => {
    const store = open("localhost", `?sslmode=verify-full&sslrootcert=${certificate?.file}`)
    await store.put("type:a", value, inAnHour())
    expect(await store.get("type:a")).toEqual(value)
  })

  it("refuses a certificate for another name", async () => {
    const query = `?sslmode=verify-full&sslrootcert=${certificate?.file}`
    expect(await failure(open("127.0.0.1", query).ping())).toMatch(
      /127\.0\.0\.1 is not in the cert/,
    )
  })

  it("refuses a certificate from an unknown authority", async () => {
    expect(await failure(open("localhost", "?sslmode=verify-full").ping())).toMatch(/self-signed/)
  })

  it("serves again, with every acknowledged record, after the server was killed and restarted", async () => {
    const store = open("127.0.0.1")
    const acknowledged: string[] = []
    let killed: Promise<void> | undefined
    for (let round = 0; killed === undefined; round++) {
      await Promise.allSettled(
        Array.from({ length: 20 }, async (_, at) => {
          const key = `type:kept-${round}-${at}`
          await store.swap(key, undefined, value, inAnHour())
          acknowledged.push(key)
          if (acknowledged.length === 210) killed = server.kill()
        }),
      )
    }
    await killed
    await failure(store.get("type:a"))
    await server.start()
    await expect.poll(() => store.ping().then(() => "ready", String)).toBe("ready")
    const found = new Set<string>()
    for await (const key of store.scan("type:kept-")) found.add(key)
    expect(acknowledged.filter((key) => !found.has(key))).toEqual([])
    expect(await store.take(acknowledged[0]!)).toEqual(value)
    expect(await store.take(acknowledged[0]!)).toBeUndefined()
  })
})
