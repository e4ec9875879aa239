import { createPublicKey, type KeyObject, randomBytes, sign } from "node:crypto"
import { isIP } from "node:net"
import * as der from "./der.ts"

const sha256WithRsa = "1.2.840.113549.1.1.11"
const commonNameId = "2.5.4.3"
const basicConstraintsId = "2.5.29.19"
const subjectAltNameId = "2.5.29.17"

/** What a certificate contains. */
export interface SelfSignedCertificateOptions {
  /** The RSA private key to certify and to sign with. */
  privateKey: KeyObject
  /** The common name (CN) of subject and issuer. */
  commonName: string
  /** The host names and IPv4 addresses that it is valid for (TLS). Default: none. */
  hosts?: readonly string[] | undefined
  /** When it becomes valid. */
  notBefore: Date
  /** When it expires. */
  notAfter: Date
}

/** A certificate in two encodings. */
export interface Certificate {
  /** DER. */
  der: Buffer
  /** PEM. */
  pem: string
}

/**
 * Creates a self-signed X.509 v3 certificate (RFC 5280), signed with RSA and SHA-256.
 *
 * @throws if the key is not an RSA private key.
 */
export function selfSignedCertificate(options: SelfSignedCertificateOptions): Certificate {
  const algorithm = der.sequence(der.objectIdentifier(sha256WithRsa), der.nothing())
  const name = der.sequence(
    der.set(der.sequence(der.objectIdentifier(commonNameId), der.utf8String(options.commonName))),
  )
  const publicKey = createPublicKey(options.privateKey).export({ type: "spki", format: "der" })
  const body = der.sequence(
    der.explicit(0, der.integer(Buffer.from([2]))),
    der.integer(serialNumber()),
    algorithm,
    name,
    der.sequence(der.time(options.notBefore), der.time(options.notAfter)),
    name,
    publicKey,
    der.explicit(3, der.sequence(...extensions(options.hosts ?? []))),
  )
  const signature = sign("RSA-SHA256", body, options.privateKey)
  const certificate = der.sequence(body, algorithm, der.bitString(signature))
  return { der: certificate, pem: pem(certificate) }
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? []
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n")
}

/** 16 random bytes that are a positive integer without leading zeros. */
function serialNumber(): Buffer {
  const serial = randomBytes(16)
  serial.writeUInt8((serial.readUInt8(0) & 0x7f) | 0x40, 0)
  return serial
}

function extensions(hosts: readonly string[]): Buffer[] {
  const authority = der.sequence(
    der.objectIdentifier(basicConstraintsId),
    der.yes(),
    der.octetString(der.sequence(der.yes())),
  )
  if (hosts.length === 0) return [authority]
  const names = hosts.map((host) =>
    isIP(host) === 4
      ? der.implicit(7, Buffer.from(host.split(".").map(Number)))
      : der.implicit(2, Buffer.from(host)),
  )
  return [
    authority,
    der.sequence(der.objectIdentifier(subjectAltNameId), der.octetString(der.sequence(...names))),
  ]
}
