import type { pkcs12 } from "node-forge"
import type { CertifiedKey } from "./certified-key.ts"

/** A certificate in PKCS#12. */
export interface PfxOptions {
  /** A certificate and its private key: the bytes of a PKCS#12 file (RFC 7292). */
  pfx: Uint8Array
  /** Opens the file. Default: an empty password. */
  password?: string | undefined
}

/**
 * Reads a certificate and its key from PKCS#12 (RFC 7292), in any encryption that tools export,
 * including the triple DES of older ones.
 */
export async function certifiedKeyOfPfx({ pfx, password = "" }: PfxOptions): Promise<CertifiedKey> {
  // WebCrypto has no triple DES; the library that has it is loaded only if a PFX is used.
  const { default: forge } = await import("node-forge")
  const { asn1, pkcs12, pki } = forge
  const file = pkcs12.pkcs12FromAsn1(asn1.fromDer(binaryOf(pfx)), password)
  const bagsOf = (type: string): pkcs12.Bag[] => file.getBags({ bagType: type })[type] ?? []

  const keys = [...bagsOf(pki.oids.pkcs8ShroudedKeyBag ?? ""), ...bagsOf(pki.oids.keyBag ?? "")]
  const [key] = keys
  if (!key?.key) throw new Error("there is no RSA private key")
  const certificates = bagsOf(pki.oids.certBag ?? "")
  const certificate = certificates.find((bag) => belongTogether(bag, key)) ?? certificates[0]
  if (!certificate?.cert) throw new Error("there is no certificate")
  return {
    certificate: bytesOf(asn1.toDer(pki.certificateToAsn1(certificate.cert)).getBytes()),
    privateKey: bytesOf(
      asn1.toDer(pki.wrapRsaPrivateKey(pki.privateKeyToAsn1(key.key))).getBytes(),
    ),
  }
}

/** Whether two bags carry the same local key id, which ties a certificate to its key. */
function belongTogether(one: pkcs12.Bag, other: pkcs12.Bag): boolean {
  const [id] = one.attributes.localKeyId ?? []
  return id !== undefined && id === other.attributes.localKeyId?.[0]
}

function binaryOf(bytes: Uint8Array): string {
  let binary = ""
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return binary
}

function bytesOf(binary: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}
