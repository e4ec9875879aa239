import { generateKeyPairSync } from "node:crypto"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { defaultTenant, selfSignedCertificate } from "@doorward/entra-emulator"
import { onTestFinished } from "vitest"

export const managedIdentity = {
  clientId: "2f3e9a44-0df0-4d0b-a26b-64b7a9a3b0f6",
  id: "88a3f9b2-6a52-4a3b-8c6a-1d6f7b1f0c11",
  tenantId: defaultTenant.id,
}

/** The environment of a workload whose managed identity is the credential. */
export const byManagedIdentity = (entraUrl: string) => ({
  AZURE_CLIENT_SECRET: "",
  AZURE_MANAGED_IDENTITY: managedIdentity.clientId,
  IDENTITY_ENDPOINT: `${entraUrl}/msi/token`,
  IDENTITY_HEADER: "header",
})

/** A certificate in PEM, and the environment that has it as the credential. */
export function byCertificate() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  const { pem } = selfSignedCertificate({
    privateKey,
    commonName: "doorward",
    notBefore: new Date(Date.now() - 1000),
    notAfter: new Date(Date.now() + 86_400_000),
  })
  const folder = mkdtempSync(join(tmpdir(), "doorward-credentials-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, "certificate.pem")
  writeFileSync(path, `${pem}${privateKey.export({ type: "pkcs8", format: "pem" })}`)
  return { pem, environment: { AZURE_CLIENT_SECRET: "", AZURE_CLIENT_CERTIFICATE_PATH: path } }
}
