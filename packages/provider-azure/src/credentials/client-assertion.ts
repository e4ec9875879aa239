import type { ClientAuth } from "oauth4webapi"

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

/** Authenticates with an assertion that somebody else has signed (RFC 7523 §2.2). */
export function clientAssertion(assertion: () => string | Promise<string>): ClientAuth {
  return async (_server, client, body) => {
    body.set("client_id", client.client_id)
    body.set("client_assertion_type", assertionType)
    body.set("client_assertion", await assertion())
  }
}
