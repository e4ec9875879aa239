import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { z } from "zod"
import { ConfigurationError, readOptions, readSecrets, secretOption } from "../src/index.ts"

const schema = z.strictObject({ secret: secretOption })

/** What is wrong with the option, without how to make a secret. */
function problemsOf(secret: unknown): readonly string[] {
  try {
    readOptions("oauthProxy", schema, { secret })
    return []
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    return error.problems.map(({ option, message }) => `${option} ${message.split(";")[0]}`)
  }
}

/** Begins and ends with 1 bits, so that base64 and base64url differ. */
const bytes = Buffer.from(Array.from({ length: 32 }, (_, index) => 255 - 7 * index))
const spellings = {
  base64url: bytes.toString("base64url"),
  "padded base64url": `${bytes.toString("base64url")}=`,
  base64: bytes.toString("base64"),
  "base64 without padding": bytes.toString("base64").replace("=", ""),
  hex: bytes.toString("hex"),
  "hex in capitals": bytes.toString("hex").toUpperCase(),
}

describe("the bytes of a secret", () => {
  test.each(Object.entries(spellings))("are read from %s", (_, text) => {
    expect(problemsOf(text)).toEqual([])
    expect(readSecrets(`${text}\n`)).toEqual([new Uint8Array(bytes)])
  })

  test("are the same however they are written", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (random) => {
        for (const encoding of ["base64url", "base64", "hex"] as const) {
          expect(readSecrets(Buffer.from(random).toString(encoding))).toEqual([random])
        }
      }),
      { numRuns: 500 },
    )
  })

  test("are those of each secret of a list or of a comma-separated text, in their order", () => {
    const other = Buffer.alloc(32, 9)
    const both = [new Uint8Array(bytes), new Uint8Array(other)]
    expect(readSecrets([spellings.base64, other.toString("hex")])).toEqual(both)
    expect(readSecrets(`${spellings.base64url}, ${other.toString("base64")}`)).toEqual(both)
  })
})

describe("is no secret:", () => {
  const { base64url, base64, hex } = spellings
  test.each([
    ["nothing", ""],
    ["a password", "correct horse battery staple"],
    ["too few bytes in hex", hex.slice(2)],
    ["half a byte in hex", hex.slice(1)],
    ["too many bytes in hex", `${hex}00`],
    ["a letter beyond f", `${hex.slice(1)}g`],
    ["a prefix of hex", `0x${hex.slice(2)}`],
    ["a full-width digit", `${hex.slice(1)}\uff11`],
    ["too few bytes in base64", bytes.subarray(1).toString("base64")],
    ["too many bytes in base64", Buffer.alloc(33, 1).toString("base64")],
    ["48 bytes", Buffer.alloc(48, 200).toString("base64url")],
    ["both alphabets at once", `-+${"A".repeat(41)}`],
    ["white space within", `${base64url.slice(0, 20)} ${base64url.slice(20)}`],
    ["two characters of padding", `${base64}=`],
    ["a last character that no 32 bytes end with", `${"A".repeat(42)}B`],
  ])("%s", (_, text) => {
    expect(problemsOf(text)).toEqual(["secret must be 32 random bytes in base64url, base64 or hex"])
    expect(() => readSecrets(text)).toThrow(TypeError)
  })

  test("an empty list, or something else than text", () => {
    expect(problemsOf([])).toEqual(["secret is missing"])
    expect(problemsOf(7)).toEqual([expect.stringMatching(/^secret must be/)])
    expect(() => readSecrets([])).toThrow("The secret is missing; make one with: node -e")
  })

  test("one of several; the error says which, and never what it was", () => {
    const given = [hex, "hunter2", base64, "letmein"]
    const wrong = (number: number) =>
      `secret (number ${number} of 4) must be 32 random bytes in base64url, base64 or hex`
    expect(problemsOf(given)).toEqual([wrong(2), wrong(4)])
    expect(problemsOf(given.join(","))).toEqual([wrong(2), wrong(4)])
    expect(() => readSecrets(given)).not.toThrow(/hunter2|letmein/)
    expect(problemsOf(`${hex},`)).toEqual([expect.stringContaining("secret (number 2 of 2) must")])
  })
})
