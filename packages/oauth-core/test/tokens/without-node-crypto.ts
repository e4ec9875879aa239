/**
 * Opens a sealed value and seals the answer in a runtime without node:crypto. It runs as a separate
 * process, and reads and writes JSON with base64url.
 */
import { text } from "node:stream/consumers"

Object.defineProperty(process, "getBuiltinModule", { value: undefined })

const { readSecrets } = await import("@doorward/boundary")
const { nodeCrypto } = await import("../../src/tokens/crypto.ts")
const { fromBase64url, toBase64url } = await import("../../src/tokens/encoding.ts")
const { createSealer } = await import("../../src/tokens/seal.ts")
const { deriveSecrets } = await import("../../src/tokens/secret.ts")
const { isGenuine, parseRefreshToken, refreshToken } = await import(
  "../../src/tokens/refresh-token.ts"
)

const input = JSON.parse(await text(process.stdin))
const sealer = createSealer(deriveSecrets(readSecrets(input.secret)))
const opened = await sealer.open(input.context, fromBase64url(input.sealed) ?? new Uint8Array())
const parts = parseRefreshToken(input.refreshToken)
process.stdout.write(
  JSON.stringify({
    hasNodeCrypto: nodeCrypto() !== undefined,
    opened,
    sealed: toBase64url(await sealer.seal(input.context, opened.value, opened.expiresAt)),
    genuine: parts !== undefined && (await isGenuine(input.refreshKey, parts)),
    refreshToken: await refreshToken(input.refreshKey, parts?.grantId ?? "", 1),
  }),
)
