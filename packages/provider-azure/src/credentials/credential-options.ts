import type { OptionFields } from "@doorward/boundary"
import { addProblem } from "@doorward/boundary"
import { z } from "zod"
import type { ManagedIdentityOptions } from "./managed-identity.ts"
import type { PemOptions } from "./pem-certificate.ts"
import type { PfxOptions } from "./pfx-certificate.ts"

/** How the application proves that it is the registered one. Exactly one of these must be set. */
export interface CredentialOptions {
  /** A client secret's Value, not its Secret ID (RFC 6749 §2.3.1). */
  clientSecret?: string | undefined
  /**
   * A certificate with its private key (RSA), uploaded under Certificates & secrets, for signed client
   * assertions (RFC 7523 §2.2).
   */
  clientCertificate?: PemOptions | PfxOptions | undefined
  /**
   * Returns a client assertion (RFC 7523 §2.2) that a federated credential of the registration accepts.
   * It is called for each token request.
   */
  clientAssertion?: (() => string | Promise<string>) | undefined
  /**
   * The path of a file that holds a client assertion, as AKS workload identity writes it. The file is
   * read again every 5 minutes.
   */
  workloadIdentityFile?: string | undefined
  /**
   * The machine's managed identity, accepted through a federated credential of the registration. `true`
   * is the system-assigned identity of a virtual machine.
   */
  managedIdentity?: true | ManagedIdentityOptions | undefined
  /** Set to `true` if the registration is a public client, which has no credential (RFC 6749 §2.1). */
  publicClient?: true | undefined
}

const notEmpty = "must not be empty"

const pemCertificate = z.strictObject({
  pem: z
    .string()
    .regex(
      /-----BEGIN CERTIFICATE-----/,
      "must contain a certificate, which starts with BEGIN CERTIFICATE",
    )
    .regex(
      /-----BEGIN ([A-Z]+ )?PRIVATE KEY-----/,
      "must contain the private key, which starts with BEGIN PRIVATE KEY",
    ),
  password: z.string().optional(),
} satisfies OptionFields<PemOptions>)

const pfxCertificate = z.strictObject({
  pfx: z.instanceof(Uint8Array, { error: "must be the bytes of a PKCS#12 file" }),
  password: z.string().optional(),
} satisfies OptionFields<PfxOptions>)

const managedIdentity = z.strictObject({
  clientId: z.string().optional(),
  identityEndpoint: z.url().optional(),
  identityHeader: z.string().optional(),
} satisfies OptionFields<ManagedIdentityOptions>)

export const credentialFields = {
  clientSecret: z.string().min(1, notEmpty).optional(),
  clientCertificate: z
    .union([pemCertificate, pfxCertificate], {
      error:
        "must be { pem, password? } or { pfx, password? }, with the certificate and its private key as PEM text or as the bytes of a PKCS#12 file",
    })
    .optional(),
  clientAssertion: z
    .custom<() => string | Promise<string>>(
      (value) => typeof value === "function",
      "must be a function",
    )
    .optional(),
  workloadIdentityFile: z.string().min(1, notEmpty).optional(),
  managedIdentity: z
    .union([z.literal(true), managedIdentity], { error: "must be true or an object" })
    .optional(),
  publicClient: z.literal(true, { error: "must be true or left out" }).optional(),
} satisfies OptionFields<CredentialOptions>

const names = Object.keys(credentialFields) as (keyof CredentialOptions)[]

/** A forgotten secret must not silently make a public client, and two credentials are a mistake. */
export function checkCredential(
  options: { readonly [Name in keyof CredentialOptions]?: unknown },
  context: z.core.$RefinementCtx,
): void {
  const [first, second] = names.filter((name) => options[name] !== undefined)
  if (first === undefined) {
    addProblem(
      context,
      ["clientSecret"],
      (name) =>
        `is missing; set it to the Value of a client secret, or set another credential: ${names
          .slice(1)
          .map((other) => name(other))
          .join(", ")}`,
    )
  } else if (second !== undefined) {
    addProblem(
      context,
      [second],
      (name) => `cannot be combined with ${name(first)}; set one credential only`,
    )
  }
}
