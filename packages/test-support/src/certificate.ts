import { spawnSync } from "node:child_process"
import { join } from "node:path"

export interface Certificate {
  file: string
  keyFile: string
}

/** A certificate for `localhost` that vouches for itself; `undefined` if there is no openssl to make it. */
export function createCertificate(folder: string): Certificate | undefined {
  const certificate = { file: join(folder, "certificate.pem"), keyFile: join(folder, "key.pem") }
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"]
  const out = ["-out", certificate.file, "-keyout", certificate.keyFile]
  const { status } = spawnSync("openssl", ["req", "-x509", ...key, ...names, ...out])
  return status === 0 ? certificate : undefined
}
