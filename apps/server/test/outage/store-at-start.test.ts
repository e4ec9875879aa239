import { execFile } from "node:child_process"
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { freePort } from "@doorward/test-support/free-port"
import { postgresAtHand, postgresUrl } from "@doorward/test-support/postgres-at-hand"
import { afterAll, describe, expect, test } from "vitest"
import { type ConfigurationError, problemLine, startServer } from "../../src/index.ts"
import { environmentFor } from "../support/stack.ts"

const folder = mkdtempSync(join(tmpdir(), "doorward-start-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const environment = (storeUrl: string) => ({
  ...environmentFor("http://localhost:1", 0, folder),
  MCP_BASE_URL: "http://localhost:8000",
  MCP_STORE_URL: storeUrl,
})

/** The lines that the start ends with. */
const problems = (storeUrl: string): Promise<readonly string[]> =>
  startServer(environment(storeUrl)).then(
    async (server) => {
      await server.close()
      return []
    },
    ({ problems }: ConfigurationError) => problems.map(problemLine),
  )

/** A folder that even root cannot write to, if there is one. */
function unwritableFolder(): string {
  if (process.getuid?.() === 0) return "/sys"
  const path = join(folder, "unwritable")
  mkdirSync(path)
  chmodSync(path, 0o500)
  return path
}

describe("a store that cannot be used stops the start with one line", () => {
  test("Redis is not running", async () => {
    const port = await freePort()
    expect(await problems(`redis://:pass-word@127.0.0.1:${port}`)).toEqual([
      `MCP_STORE_URL names a store that cannot be used: Redis can't serve: connect ECONNREFUSED 127.0.0.1:${port}`,
    ])
  })

  test("a Redis URL of an unknown form", async () => {
    expect(await problems("redis://:pass-word@one.example,two.example")).toEqual([
      expect.stringMatching(/^MCP_STORE_URL names a store that cannot be used: .*redis\+cluster:/),
    ])
  })

  test("PostgreSQL is not running", async () => {
    const port = await freePort()
    expect(await problems(`postgres://root:pass-word@127.0.0.1:${port}/test`)).toEqual([
      `MCP_STORE_URL names a store that cannot be used: PostgreSQL can't serve: connect ECONNREFUSED 127.0.0.1:${port}`,
    ])
  })

  test.skipIf(!postgresAtHand)("a database that PostgreSQL does not have", async () => {
    const url = new URL("/no-such-database", postgresUrl)
    expect(await problems(url.href)).toEqual([
      expect.stringMatching(/^MCP_STORE_URL names a store .*"no-such-database" does not exist$/),
    ])
  })

  test("a folder that does not exist", async () => {
    expect(await problems(`sqlite:${join(folder, "missing", "doorward.db")}`)).toEqual([
      expect.stringMatching(/^MCP_STORE_URL .*missing.doorward\.db.*: its folder does not exist$/),
    ])
  })

  test("a folder that cannot be written", async () => {
    expect(await problems(`sqlite:${join(unwritableFolder(), "doorward.db")}`)).toEqual([
      expect.stringMatching(/^MCP_STORE_URL .*doorward\.db.*: it can't be written$/),
    ])
  })

  test("a file that is not a database", async () => {
    const file = join(folder, "letter.txt")
    writeFileSync(file, "Dear reader, this is no database, and it is long enough to say so.")
    expect(await problems(`sqlite:${file}`)).toEqual([
      expect.stringMatching(/^MCP_STORE_URL .*letter\.txt.*: it is not a database$/),
    ])
  })

  test("a data folder that cannot be written, without MCP_STORE_URL", async () => {
    writeFileSync(join(folder, "a-file"), "")
    const { MCP_STORE_URL: _, ...given } = environment("")
    const started = startServer({ ...given, DOORWARD_DATA_DIR: join(folder, "a-file") })
    await expect(started).rejects.toMatchObject({
      problems: [
        {
          option: "DOORWARD_DATA_DIR",
          message: expect.stringMatching(/^must be a folder that can be written/),
        },
      ],
    })
  })

  test("the command prints only that line, and fails", async () => {
    const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url))
    const port = await freePort()
    const env = environment(`redis://127.0.0.1:${port}`)
    const ended = await new Promise<{ code: unknown; output: string; errors: string }>((resolve) =>
      execFile(process.execPath, [main], { env, cwd: folder }, (error, output, errors) =>
        resolve({ code: error?.code, output, errors }),
      ),
    )
    expect(ended).toEqual({
      code: 1,
      output: "",
      errors: expect.stringMatching(/^MCP_STORE_URL names a store that cannot be used: .*\n$/),
    })
  })
})
