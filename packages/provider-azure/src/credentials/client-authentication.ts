import { type ClientAuth, ClientSecretPost, None } from "oauth4webapi"
import type { Cloud } from "../cloud.ts"
import type { EntraCalls } from "../entra-calls.ts"
import { clientAssertion } from "./client-assertion.ts"
import { clientCertificate } from "./client-certificate.ts"
import type { CredentialOptions } from "./credential-options.ts"
import { managedIdentityAssertion } from "./managed-identity.ts"
import { workloadIdentityAssertion } from "./workload-identity.ts"

/** Authenticates with the one credential of the options, at sign-in, refresh and On-Behalf-Of alike (RFC 6749 §2.3). */
export function clientAuthentication(
  options: CredentialOptions,
  cloud: Cloud,
  calls: EntraCalls,
): ClientAuth {
  if (options.clientSecret !== undefined) return ClientSecretPost(options.clientSecret)
  if (options.clientCertificate) {
    return clientCertificate(options.clientCertificate, calls.optionName)
  }
  if (options.clientAssertion) return clientAssertion(options.clientAssertion)
  if (options.workloadIdentityFile !== undefined) {
    return clientAssertion(workloadIdentityAssertion(options.workloadIdentityFile, calls))
  }
  if (options.managedIdentity) {
    return clientAssertion(
      managedIdentityAssertion(options.managedIdentity, cloud.tokenExchangeAudience, calls),
    )
  }
  return None()
}
