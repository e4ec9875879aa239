import { z } from "zod"
import { list } from "./values.ts"

/** A client that need not register. */
export const clientSchema = z.strictObject({
  clientId: z.string().describe("The `client_id`."),
  clientSecret: z.string().optional().describe("Its secret, at least 32 characters long."),
  clientSecretHash: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe(
      "The hash of its secret in place of the secret, or two while it moves to a new one. `doorward clients add` and `clients rotate` make them; do not hash a password.",
    ),
  clientName: z.string().optional().describe("The name that the consent page shows."),
  redirectUris: list()
    .optional()
    .describe(
      "The URIs that authorization responses may go to. A client that nobody signs in through has none.",
    ),
  jwks: z
    .strictObject({ keys: z.array(z.looseObject({ kty: z.string() })) })
    .optional()
    .describe("Its public keys, to authenticate by `private_key_jwt` instead of a secret."),
  clientCredentials: z
    .strictObject({
      resources: list()
        .optional()
        .describe("The addresses of the endpoints that its tokens are good for. Default: all."),
      scopes: list().optional().describe("The scopes that its tokens can have. Default: none."),
    })
    .optional()
    .describe(
      "Lets the client get tokens for itself, without a person (RFC 6749 §4.4); `{}` is enough. It needs a secret or keys.",
    ),
  tokenExchange: z
    .strictObject({
      audiences: list().describe(
        "Whose tokens it may exchange: addresses of endpoints that it serves, and the `url` or assertion audience of a backend.",
      ),
      resources: list().describe("The addresses of the endpoints that it may call."),
      scopes: list()
        .optional()
        .describe(
          "Scopes that its tokens can have even if the caller's token has not. Default: none.",
        ),
    })
    .optional()
    .describe(
      "Lets the client, such as a backend, exchange its callers' tokens for ones with which it calls on (RFC 8693). It needs a secret or keys.",
    ),
})
