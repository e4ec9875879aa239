import { IdentityProviderError } from "@doorward/oauth-core"
import type { ClientAuth } from "oauth4webapi"

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

/** Authenticates with an assertion that somebody else signed (RFC 7523 §2.2). */
export function clientAssertion(assertion: () => string | Promise<string>): ClientAuth {
  return async (_server, client, body) => {
    body.set("client_id", client.client_id)
    body.set("client_assertion_type", assertionType)
    body.set("client_assertion", await obtain(assertion))
  }
}

async function obtain(assertion: () => string | Promise<string>): Promise<string> {
  try {
    return await assertion()
  } catch (cause) {
    if (cause instanceof IdentityProviderError) throw cause
    throw new IdentityProviderError(
      "unavailable",
      "no_client_assertion",
      "The credential for Microsoft Entra ID can't be obtained at the moment.",
      { cause },
    )
  }
}
