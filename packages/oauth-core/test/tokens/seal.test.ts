import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { readSecrets } from "@doorward/boundary"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { fromBase64url, toBase64url } from "../../src/tokens/encoding.ts"
import { createRefreshKey, refreshToken } from "../../src/tokens/refresh-token.ts"
import { createSealer, UnreadableValueError } from "../../src/tokens/seal.ts"
import { deriveSecrets } from "../../src/tokens/secret.ts"
import { secret } from "../support/fixture.ts"

const other = Buffer.alloc(32, 8).toString("base64url")
const sealerOf = (...secrets: string[]) => createSealer(deriveSecrets(readSecrets(secrets)))
const sealer = sealerOf(secret)

describe("a sealed value", () => {
  it("opens in its own context, with its expiry", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.jsonValue(),
        fc.string(),
        fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) }),
        async (value, context, expiresAt) => {
          const opened = await sealer.open(context, await sealer.seal(context, value, expiresAt))
          expect(opened).toEqual({
            value: JSON.parse(JSON.stringify(value)),
            expiresAt,
            outdated: false,
          })
        },
      ),
      { numRuns: 200 },
    )
  })

  it("does not open in another context", async () => {
    const sealed = await sealer.seal("grant:a", { admin: true }, 1)
    for (const context of ["grant:b", "client:a", "", "grant:a "]) {
      await expect(sealer.open(context, sealed)).rejects.toBeInstanceOf(UnreadableValueError)
    }
  })

  it("does not open if any byte is changed, removed or added", async () => {
    const sealed = await sealer.seal("grant:a", { a: 1 }, 1)
    for (let at = 0; at < sealed.length; at++) {
      const changed = sealed.map((byte, index) => (index === at ? byte ^ 0x80 : byte))
      await expect(sealer.open("grant:a", changed)).rejects.toBeInstanceOf(UnreadableValueError)
      const cut = sealed.subarray(0, at)
      await expect(sealer.open("grant:a", cut)).rejects.toBeInstanceOf(UnreadableValueError)
    }
    const longer = new Uint8Array([...sealed, 0])
    await expect(sealer.open("grant:a", longer)).rejects.toBeInstanceOf(UnreadableValueError)
  })

  it("is never sealed the same way twice", async () => {
    const sealed = await Promise.all(Array.from({ length: 50 }, () => sealer.seal("a", 1, 1)))
    expect(new Set(sealed.map(toBase64url)).size).toBe(50)
  })

  it("reveals nothing about the value or the secret", async () => {
    const sealed = Buffer.from(await sealer.seal("a", "a very plain text", 1))
    expect(sealed.includes("plain")).toBe(false)
    expect(sealed.includes(Buffer.alloc(4, 7))).toBe(false)
  })
})

describe("several secrets", () => {
  it("the first one seals, and all of them open", async () => {
    const byFirst = await sealerOf(other, secret).seal("a", 1, 1)
    expect(await sealerOf(other).open("a", byFirst)).toMatchObject({ value: 1, outdated: false })
    expect(await sealerOf(secret, other).open("a", byFirst)).toMatchObject({ outdated: true })
    await expect(sealer.open("a", byFirst)).rejects.toBeInstanceOf(UnreadableValueError)
  })
})

describe("a runtime without node:crypto", () => {
  it("opens, seals and checks the same values", async () => {
    const refreshKey = createRefreshKey()
    const grantId = "g".repeat(22)
    const input = {
      secret,
      context: "grant:a",
      sealed: toBase64url(await sealer.seal("grant:a", { text: "é" }, 42)),
      refreshKey,
      refreshToken: await refreshToken(refreshKey, grantId, 0),
    }
    const script = fileURLToPath(new URL("./without-node-crypto.ts", import.meta.url))
    const { stdout, stderr } = spawnSync(process.execPath, [script], {
      input: JSON.stringify(input),
      encoding: "utf8",
    })
    expect(stderr).toBe("")
    const answer = JSON.parse(stdout)
    expect(answer).toMatchObject({
      hasNodeCrypto: false,
      opened: { value: { text: "é" }, expiresAt: 42, outdated: false },
      genuine: true,
      refreshToken: await refreshToken(refreshKey, grantId, 1),
    })
    const opened = await sealer.open("grant:a", fromBase64url(answer.sealed) ?? new Uint8Array())
    expect(opened).toMatchObject({ value: { text: "é" }, expiresAt: 42 })
  })
})
