import type { CertifiedKey } from "./certified-key.ts"

/** A certificate in PEM. */
export interface PemOptions {
  /** A certificate and its private key in PEM (RFC 7468), in any order. */
  pem: string
  /** Opens the key if it is encrypted. Default: none. */
  password?: string | undefined
}

interface PemBlock {
  label: string
  text: string
}

/**
 * Reads a certificate and its key from PEM (RFC 7468). The first certificate is used; others are its chain.
 *
 * On runtimes other than Node the key must be unencrypted PKCS#8 (`BEGIN PRIVATE KEY`).
 */
export function certifiedKeyOfPem({ pem, password }: PemOptions): CertifiedKey {
  const blocks = pemBlocks(pem)
  const certificate = blocks.find(({ label }) => label === "CERTIFICATE")
  const key = blocks.find(({ label }) => label.endsWith("PRIVATE KEY"))
  if (!certificate) throw new Error("there is no BEGIN CERTIFICATE")
  if (!key) throw new Error("there is no BEGIN PRIVATE KEY")
  return { certificate: derOf(certificate), privateKey: pkcs8Of(key, password) }
}

function pemBlocks(pem: string): PemBlock[] {
  const block = /-----BEGIN ([A-Z0-9 ]+)-----[^-]+-----END \1-----/g
  return [...pem.matchAll(block)].map(([text, label = ""]) => ({ label, text }))
}

function pkcs8Of(block: PemBlock, password: string | undefined): Uint8Array<ArrayBuffer> {
  const crypto = globalThis.process?.getBuiltinModule?.("node:crypto")
  if (crypto) {
    const key = crypto.createPrivateKey({ key: block.text, passphrase: password })
    return new Uint8Array(key.export({ type: "pkcs8", format: "der" }))
  }
  if (block.label !== "PRIVATE KEY") throw new Error("only BEGIN PRIVATE KEY can be read here")
  return derOf(block)
}

function derOf({ text }: PemBlock): Uint8Array<ArrayBuffer> {
  const body = text.replace(/-----[A-Z0-9 ]+-----/g, "").replace(/\s/g, "")
  return Uint8Array.from(atob(body), (character) => character.charCodeAt(0))
}
