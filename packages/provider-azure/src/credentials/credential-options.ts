import { z } from "zod"

const certificateMend =
  "must be { pem, password? } or { pfx, password? }, with the certificate and its private key as PEM text or as the bytes of a PKCS#12 file"

const pemCertificate = z.strictObject({
  pem: z
    .string()
    .regex(/-----BEGIN CERTIFICATE-----/, "has no BEGIN CERTIFICATE")
    .regex(/-----BEGIN ([A-Z]+ )?PRIVATE KEY-----/, "has no BEGIN PRIVATE KEY"),
  password: z.string().optional(),
})

const pfxCertificate = z.strictObject({
  pfx: z.instanceof(Uint8Array),
  password: z.string().optional(),
})

/** How the application proves that it is the registered one: exactly one of these. */
export const credentialFields = {
  /** The Value, not the Secret ID, of a client secret. */
  clientSecret: z.string().min(1, "is empty").optional(),
  /**
   * A certificate with its private key (RSA), registered under Certificates & secrets. `pem`: both in
   * PEM, in any order; `pfx`: the bytes of a PKCS#12 file. `password` opens either.
   */
  clientCertificate: z
    .union([pemCertificate, pfxCertificate], { error: certificateMend })
    .optional(),
  /** Makes a client assertion (RFC 7523 §2.2) that a federated credential of the registration accepts. */
  clientAssertion: z
    .custom<() => string | Promise<string>>(
      (value) => typeof value === "function",
      "must be a function",
    )
    .optional(),
  /** Path of a file with a client assertion, as AKS workload identity writes it. It is read again every 5 minutes. */
  workloadIdentityFile: z.string().min(1, "is empty").optional(),
  /**
   * The managed identity of the machine, through a federated credential of the registration. `true`
   * takes the system-assigned one; `clientId` a user-assigned one. `identityEndpoint` and
   * `identityHeader` are App Service's `IDENTITY_ENDPOINT` and `IDENTITY_HEADER`; without them the
   * virtual machine's metadata service is asked.
   */
  managedIdentity: z
    .union([
      z.literal(true),
      z.strictObject({
        clientId: z.string().optional(),
        identityEndpoint: z.url().optional(),
        identityHeader: z.string().optional(),
      }),
    ])
    .optional(),
  /** `true` if the registration is a public client and has no credential. */
  publicClient: z.literal(true, { error: "can only be true" }).optional(),
}

const names = Object.keys(credentialFields) as (keyof typeof credentialFields)[]

export type CredentialOptions = z.output<z.ZodObject<typeof credentialFields>>

/** A forgotten secret must not make a public client, and of two credentials one is a mistake. */
export function checkCredential(
  options: CredentialOptions,
  context: { addIssue(issue: { code: "custom"; path: string[]; message: string }): void },
): void {
  const given = names.filter((name) => options[name] !== undefined)
  if (given.length === 1) return
  const [path, message] =
    given.length === 0
      ? [
          "clientSecret",
          `missing; set it to the Value of a client secret, or give another credential (${names.slice(1).join(", ")})`,
        ]
      : [given[1] ?? "", `can't be combined with ${given[0]}; give one credential`]
  context.addIssue({ code: "custom", path: [path], message })
}
