/** What a JWS algorithm (RFC 7518 §3.1, RFC 8037, RFC 9864) requires of its key and its signature. */
interface AlgorithmProfile {
  readonly kty: "RSA" | "EC" | "OKP" | "oct"
  readonly crv?: string
  /** The hash, as Node and OpenSSL name it. Absent if the scheme has its own. */
  readonly hash?: string
  readonly pss?: true
  /** The length of the signature in bytes. Absent if it depends on the key. */
  readonly signatureLength?: number
}

/** The algorithms that a token may be signed with (RFC 7518 §3.1, RFC 8037, RFC 9864); never `none`. */
export type SignatureAlgorithm =
  | "RS256"
  | "RS384"
  | "RS512"
  | "PS256"
  | "PS384"
  | "PS512"
  | "ES256"
  | "ES384"
  | "ES512"
  | "EdDSA"
  | "Ed25519"
  | "HS256"
  | "HS384"
  | "HS512"

export const algorithmProfiles: Readonly<Record<SignatureAlgorithm, AlgorithmProfile>> = {
  RS256: { kty: "RSA", hash: "sha256" },
  RS384: { kty: "RSA", hash: "sha384" },
  RS512: { kty: "RSA", hash: "sha512" },
  PS256: { kty: "RSA", hash: "sha256", pss: true },
  PS384: { kty: "RSA", hash: "sha384", pss: true },
  PS512: { kty: "RSA", hash: "sha512", pss: true },
  ES256: { kty: "EC", crv: "P-256", hash: "sha256", signatureLength: 64 },
  ES384: { kty: "EC", crv: "P-384", hash: "sha384", signatureLength: 96 },
  ES512: { kty: "EC", crv: "P-521", hash: "sha512", signatureLength: 132 },
  EdDSA: { kty: "OKP", crv: "Ed25519", signatureLength: 64 },
  Ed25519: { kty: "OKP", crv: "Ed25519", signatureLength: 64 },
  HS256: { kty: "oct", hash: "sha256", signatureLength: 32 },
  HS384: { kty: "oct", hash: "sha384", signatureLength: 48 },
  HS512: { kty: "oct", hash: "sha512", signatureLength: 64 },
}

export const signatureAlgorithms = Object.keys(algorithmProfiles) as SignatureAlgorithm[]

export const symmetricAlgorithms = signatureAlgorithms.filter(
  (name) => algorithmProfiles[name].kty === "oct",
)
export const asymmetricAlgorithms = signatureAlgorithms.filter(
  (name) => algorithmProfiles[name].kty !== "oct",
)

export function isSignatureAlgorithm(name: unknown): name is SignatureAlgorithm {
  return typeof name === "string" && Object.hasOwn(algorithmProfiles, name)
}
