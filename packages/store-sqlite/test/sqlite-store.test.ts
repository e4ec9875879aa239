import { fork } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import { type Store, StoreUnavailableError } from "@doorward/oauth-core"
import { startRacers } from "@doorward/test-support/race-processes"
import { afterAll, afterEach, describe, expect, it } from "vitest"
import { ConfigurationError, type SqliteStoreOptions, sqliteStore } from "../src/index.ts"
import { spaceFile } from "./open-store.ts"

const folder = mkdtempSync(join(tmpdir(), "doorward-sqlite-"))
const opened: Store[] = []
const later = new Date(Date.now() + 3_600_000)
const value = Uint8Array.of(1, 2, 3)
let files = 0

afterEach(async () => {
  for (const store of opened.splice(0)) await store.close()
})
afterAll(() => rmSync(folder, { recursive: true }))

function newFile() {
  files += 1
  return join(folder, `${files}.db`)
}

function open(path: string, now?: () => number) {
  const store = sqliteStore(now ? { path, now } : path)
  opened.push(store)
  return store
}

function query(file: string, sql: string) {
  const database = new DatabaseSync(file)
  try {
    return Object.values(database.prepare(sql).get() ?? {})[0]
  } finally {
    database.close()
  }
}

async function failure(operation: Promise<unknown>): Promise<Error> {
  const error = await operation.catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(StoreUnavailableError)
  return error as Error
}

describe("the database file", () => {
  it("is readable by its owner only, and so are its companions", async () => {
    const file = newFile()
    await open(file).put("type:a", value, later)
    for (const suffix of ["", "-wal", "-shm"]) {
      expect(statSync(file + suffix).mode & 0o777, suffix).toBe(0o600)
    }
  })

  it("is in WAL mode and complete after close, without companions", async () => {
    const file = newFile()
    const store = open(file)
    await store.put("type:a", value, later)
    await store.close()
    expect(statSync(`${file}-wal`, { throwIfNoEntry: false })).toBeUndefined()
    expect(query(file, "PRAGMA journal_mode")).toBe("wal")
    expect(query(file, "SELECT count(*) FROM record")).toBe(1)
  })

  it("is opened by the first operation, not by sqliteStore", () => {
    const file = newFile()
    open(file)
    expect(statSync(file, { throwIfNoEntry: false })).toBeUndefined()
  })

  it("can be created by several processes at once", async () => {
    const space = `open${process.pid}`
    const racers = await startRacers({
      stores: import.meta.resolve("./open-store.ts"),
      races: import.meta.resolve("@doorward/oauth-core/testing"),
    })
    try {
      const won = await racers.race(space, { kind: "create", keys: ["type:a"] })
      expect(won.flat()).toEqual(["type:a"])
    } finally {
      racers.end()
      for (const suffix of ["", "-wal", "-shm"]) rmSync(spaceFile(space) + suffix, { force: true })
    }
  })

  it.each(["", ":memory:"])("can't be %j", (path) => {
    expect(() => sqliteStore(path)).toThrow(TypeError)
    expect(() => sqliteStore(path)).toThrow(/^sqliteStore: path must be the path of a file;/)
  })
})

it("reports every mistake in its options at once", () => {
  const options = { pth: "doorward.db", now: 0 } as unknown as SqliteStoreOptions
  const create = () => sqliteStore(options)
  expect(create).toThrow(ConfigurationError)
  expect(create).toThrow(
    [
      "sqliteStore:",
      "  path is missing",
      "  now must be a function",
      "  pth is not an option; did you mean path?",
    ].join("\n"),
  )
})

describe("a file that can't serve", () => {
  it("in a folder that does not exist is named, and serves once the folder exists", async () => {
    const late = join(folder, "late")
    const file = join(late, "doorward.db")
    const store = open(file)
    const { message } = await failure(store.get("type:a"))
    expect(message).toBe(`The store ${file} can't be opened: its folder does not exist`)
    mkdirSync(late)
    await store.put("type:a", value, later)
    expect(await store.get("type:a")).toEqual(value)
  })

  it("and is a folder", async () => {
    expect((await failure(open(folder).ping())).message).toMatch(/opened: it is a folder$/)
  })

  it("and is not a database is left unchanged", async () => {
    const file = newFile()
    writeFileSync(file, "name,address\n".repeat(1_000))
    const { size } = statSync(file)
    expect((await failure(open(file).ping())).message).toMatch(/opened: it is not a database$/)
    expect(statSync(file).size).toBe(size)
  })

  it("and is another program's database is left unchanged", async () => {
    const file = newFile()
    query(file, "CREATE TABLE address (name TEXT)")
    const { message } = await failure(open(file).put("type:a", value, later))
    expect(message).toMatch(/opened: it is another program's database$/)
    expect(query(file, "PRAGMA journal_mode")).toBe("delete")
    expect(query(file, "SELECT count(*) FROM sqlite_schema")).toBe(1)
  })

  it("and has a newer schema is left unchanged", async () => {
    const file = newFile()
    await open(file).ping()
    query(file, "PRAGMA user_version = 2")
    expect((await failure(open(file).ping())).message).toMatch(/it has schema 2, .* knows 1$/)
  })

  it("and was replaced while in use fails the readiness check", async () => {
    const file = newFile()
    const store = open(file)
    await store.put("type:a", value, later)
    renameSync(file, `${file}.moved`)
    expect((await failure(store.ping())).message).toMatch(/was removed or replaced while in use$/)
    writeFileSync(file, "")
    await failure(store.ping())
    rmSync(file)
    renameSync(`${file}.moved`, file)
    await store.ping()
  })

  it("and is locked by another writer fails writes but not reads, until the lock is released", async () => {
    const file = newFile()
    const store = open(file)
    await store.put("type:a", value, later)
    const other = new DatabaseSync(file)
    other.exec("BEGIN IMMEDIATE")
    const { message } = await failure(store.put("type:b", value, later))
    expect(message).toBe("The store failed: database is locked")
    expect(await store.get("type:a")).toEqual(value)
    other.exec("ROLLBACK")
    other.close()
    await store.put("type:b", value, later)
    expect(await store.get("type:b")).toEqual(value)
  })
})

describe("writes of one turn of the event loop", () => {
  it("fail one by one: a bad one does not affect the others", async () => {
    const store = open(newFile())
    const bad = "text" as unknown as Uint8Array
    const settled = await Promise.allSettled([
      store.put("type:a", value, later),
      store.put("type:b", bad, later),
      store.put("type:c", value, later),
    ])
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"])
    expect(await store.get("type:a")).toEqual(value)
    expect(await store.get("type:b")).toBeUndefined()
    expect(await store.get("type:c")).toEqual(value)
  })

  it("take effect in order", async () => {
    const store = open(newFile())
    const results = await Promise.all([
      store.put("type:a", Uint8Array.of(1), later),
      store.swap("type:a", Uint8Array.of(1), Uint8Array.of(2), later),
      store.take("type:a"),
      store.take("type:a"),
      store.swap("type:a", undefined, Uint8Array.of(3), later),
    ])
    expect(results).toEqual([undefined, true, Uint8Array.of(2), undefined, true])
  })
})

it("after SIGKILL, acknowledged records are there and taken ones are not", async () => {
  const file = newFile()
  const writer = fileURLToPath(new URL("./acknowledging-writer.ts", import.meta.url))
  const child = fork(writer, [file], { execArgv: [] })
  const exited = once(child, "exit")
  let acknowledged = 0
  child.on("message", (rounds: number) => {
    acknowledged = rounds
    if (rounds === 50) child.kill("SIGKILL")
  })
  await exited
  const store = open(file)
  for (let round = 0; round < acknowledged; round++) {
    expect(await store.get(`type:kept-${round}`), `round ${round}`).toEqual(Uint8Array.of(1))
    expect(await store.get(`type:spent-${round}`), `round ${round}`).toBeUndefined()
  }
})

it("later writes delete expired records from the file", async () => {
  const file = newFile()
  let now = 1_000_000
  const store = open(file, () => now)
  const write = (from: number, count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, at) =>
        store.put(`type:${from + at}`, value, new Date(now + 1_000)),
      ),
    )
  await write(0, 1_000)
  now += 1_000
  for (let written = 0; written < 640; written += 64) await write(10_000 + written, 64)
  await store.ping()
  const expired = () => query(file, `SELECT count(*) FROM record WHERE expires_at <= ${now}`)
  await expect.poll(expired).toBe(0)
  expect(query(file, "SELECT count(*) FROM record")).toBe(640)
})
