import { z } from "zod"
import { addProblem } from "./option-name.ts"

const SECRET_BYTES = 32

/** How an operator makes a secret, to follow what is wrong with one. */
const howToMakeSecret =
  "make one with: node -e \"console.log(require('crypto').randomBytes(32).toString('base64url'))\""

/**
 * An option that is the operator's secret: 32 random bytes in base64url, base64 or hex. Several of them
 * are a list, or one comma-separated string. {@link readSecrets} decodes them.
 */
export const secretOption = z
  .union([z.string(), z.array(z.string())])
  .superRefine((given, context) => {
    for (const message of problemsWithSecrets(given)) addProblem(context, [], message)
  })

/**
 * Decodes what {@link secretOption} has accepted. However a secret is written, its bytes are the same.
 *
 * @returns 32 bytes for each secret, in the order given; at least one.
 * @throws {TypeError} if there is none, or one of them is not 32 bytes.
 */
export function readSecrets(given: string | readonly string[]): readonly Uint8Array[] {
  const [problem] = problemsWithSecrets(given)
  if (problem !== undefined) throw new TypeError(`The secret ${problem}`)
  return textsOf(given).flatMap((text) => secretBytes(text) ?? [])
}

function problemsWithSecrets(given: string | readonly string[]): readonly string[] {
  const texts = textsOf(given)
  if (texts.length === 0) return [`is missing; ${howToMakeSecret}`]
  return texts.flatMap((text, index) => {
    if (secretBytes(text)) return []
    const which = texts.length > 1 ? `(number ${index + 1} of ${texts.length}) ` : ""
    return [`${which}must be 32 random bytes in base64url, base64 or hex; ${howToMakeSecret}`]
  })
}

const textsOf = (given: string | readonly string[]): readonly string[] =>
  (typeof given === "string" ? given.split(",") : given).map((text) => text.trim())

/** The length tells hex from the others: 64 digits, where base64 has 43 characters and perhaps a `=`. */
const secretBytes = (text: string): Uint8Array | undefined => fromHex(text) ?? fromBase64(text)

function fromHex(text: string): Uint8Array | undefined {
  if (text.length !== 2 * SECRET_BYTES || !/^[\da-f]*$/i.test(text)) return undefined
  return Uint8Array.from({ length: SECRET_BYTES }, (_, index) =>
    Number.parseInt(text.slice(2 * index, 2 * index + 2), 16),
  )
}

/** Reads either alphabet of RFC 4648 §4 and §5, but not a mixture, with or without the padding. */
function fromBase64(text: string): Uint8Array | undefined {
  if (!/^([\w-]{43}|[A-Za-z\d+/]{43})=?$/.test(text)) return undefined
  const base64 = `${text.slice(0, 43).replaceAll("-", "+").replaceAll("_", "/")}=`
  const bytes = atob(base64)
  // Four bits of the last character belong to the last byte. The other two are 0, unless it was altered.
  if (btoa(bytes) !== base64) return undefined
  return Uint8Array.from(bytes, (character) => character.charCodeAt(0))
}
