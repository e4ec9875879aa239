import { randomBytes } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { freePort } from "@doorward/test-support/free-port"
import { ownRedis, redisServerAtHand } from "@doorward/test-support/own-redis"
import { ownSchema } from "@doorward/test-support/own-schema"
import { postgresAtHand } from "@doorward/test-support/postgres-at-hand"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { startServer } from "../../src/index.ts"
import { type ServedEmulator, serveEmulator } from "../support/emulator.ts"
import { callMcp, refresh, type SignedIn, signIn } from "../support/oauth-client.ts"
import { runCommandHere, runDoorward } from "../support/run-doorward.ts"
import { environmentFor } from "../support/stack.ts"

const newSecret = () => randomBytes(32).toString("base64url")

let emulator: ServedEmulator
beforeAll(async () => {
  emulator = await serveEmulator()
})
afterAll(() => emulator.close())

/** A server's environment, with its SQLite file in a folder of its own. */
async function deployment() {
  const folder = mkdtempSync(join(tmpdir(), "doorward-store-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const environment = {
    ...environmentFor(emulator.url, await freePort(), folder),
    MCP_STORE_URL: `sqlite:${join(folder, "doorward.db")}`,
    DOORWARD_SECRET: newSecret(),
  }
  return {
    folder,
    environment,
    server: { url: `http://localhost:${environment.MCP_SERVER_PORT}` },
    doorward: (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
      runCommandHere(args, { ...environment, ...more }),
  }
}

/** Does something while a server of this environment runs. */
async function whileServing<Result>(
  environment: Readonly<Record<string, string>>,
  work: () => Promise<Result>,
): Promise<Result> {
  const server = await startServer(environment)
  try {
    return await work()
  } finally {
    await server.close()
  }
}

/** The tokens from before still work, and the client that they were given to. */
async function expectUsable(server: { url: string }, signedIn: SignedIn): Promise<void> {
  expect(await callMcp(`${server.url}/mcp`, signedIn.accessToken)).toBe(200)
  const { status } = await refresh({ server }, signedIn.clientId, signedIn.refreshToken)
  expect(status).toBe(200)
}

const targets = [
  {
    name: "Redis",
    atHand: redisServerAtHand,
    async open() {
      const redis = await ownRedis([])
      onTestFinished(redis.dispose)
      return `redis://127.0.0.1:${redis.port}`
    },
  },
  {
    name: "PostgreSQL",
    atHand: postgresAtHand,
    async open() {
      const schema = await ownSchema()
      onTestFinished(schema.drop)
      return schema.url
    },
  },
]

describe("store copy", () => {
  for (const { name, atHand, open } of targets) {
    test.skipIf(!atHand)(`a server moves from SQLite to ${name}`, async () => {
      const { environment, folder, server, doorward } = await deployment()
      const signedIn = await whileServing(environment, () => signIn({ server }))
      const url = await open()

      const copied = await runDoorward(["store", "copy", "NEXT_STORE_URL"], {
        environment: { ...environment, NEXT_STORE_URL: url },
        folder,
      })
      expect(copied).toMatchObject({ code: 0, errors: "" })
      expect(copied.output).toMatch(
        /^Copied \d+ records\.\nSet MCP_STORE_URL, or store in the file, to the other store/,
      )

      await whileServing({ ...environment, MCP_STORE_URL: url }, () =>
        expectUsable(server, signedIn),
      )
      const late = await doorward(["store", "copy", url])
      expect(late.code).toBe(1)
      expect(late.output).toContain("holds another value: 1 record.")
    })
  }

  test("a target that cannot be used, or is not a store, is refused, and nothing is copied", async () => {
    const { environment, folder, server, doorward } = await deployment()
    await whileServing(environment, () => signIn({ server }))
    const copy = (...to: string[]) => doorward(["store", "copy", ...to])
    const missing = await copy(`sqlite:${join(folder, "none", "a.db")}`)
    expect(missing).toMatchObject({ code: 1, output: "" })
    expect(missing.errors).toMatch(
      /^The store to copy to cannot be used: .*folder does not exist\n$/,
    )
    for (const args of [
      [],
      ["memory:"],
      ["mysql://host"],
      ["NOT_SET"],
      ["redis://a", "redis://b"],
    ]) {
      const { code, output, errors } = await copy(...args)
      expect({ code, output }).toEqual({ code: 2, output: "" })
      expect(errors).toContain("Usage: doorward store copy")
    }
  })
})

describe("store reseal", () => {
  test("afterwards the old secret is no longer needed", async () => {
    const { environment, server, doorward } = await deployment()
    const signedIn = await whileServing(environment, () => signIn({ server }))
    const fresh = newSecret()

    const resealed = await doorward(["store", "reseal"], {
      DOORWARD_SECRET: `${fresh},${environment.DOORWARD_SECRET}`,
    })
    expect(resealed).toMatchObject({ code: 0, errors: "" })
    expect(resealed.output).toMatch(/^Sealed \d+ records under the first secret\.\n$/)

    await whileServing({ ...environment, DOORWARD_SECRET: fresh }, () =>
      expectUsable(server, signedIn),
    )
  })

  test("it says how many records it cannot read, and fails", async () => {
    const { environment, server, doorward } = await deployment()
    await whileServing(environment, () => signIn({ server }))
    const { code, output } = await doorward(["store", "reseal"], { DOORWARD_SECRET: newSecret() })
    expect(code).toBe(1)
    expect(output).toMatch(/^Sealed 0 records .*\nLeft as it was, .*: \d+ records\.\n$/)
  })
})
