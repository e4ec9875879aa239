/** A certificate and the key that belongs to it, each in DER; the key as PKCS#8. */
export interface CertifiedKey {
  certificate: Uint8Array<ArrayBuffer>
  privateKey: Uint8Array<ArrayBuffer>
}
