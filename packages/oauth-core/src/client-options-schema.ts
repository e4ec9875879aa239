import type { OptionFields } from "@doorward/boundary"
import { z } from "zod"
import type { ClientCredentials, StaticClient, TokenExchange } from "./client-options.ts"
import { checkRedirectUri } from "./protocol/redirect-uri.ts"
import { digestInHash } from "./tokens/client-secret-hash.ts"

const credentialMinLength = 32

/** A secret that the operator chose. */
export const credential = z
  .string()
  .min(credentialMinLength, `must have at least ${credentialMinLength} characters`)

const redirectUri = z.string().superRefine((uri, context) => {
  try {
    checkRedirectUri(uri)
  } catch (error) {
    context.addIssue({ code: "custom", message: `is wrong: ${(error as Error).message}` })
  }
})

const isHash = (value: unknown) => digestInHash(value) !== undefined

const clientSecretHash = z
  .custom<string | readonly string[]>()
  .refine((value) => !Array.isArray(value) || (value.length > 0 && value.length <= 2), {
    error: "must have one or two hashes; remove those of the secrets that are no longer used",
    abort: true,
  })
  .refine(
    (value) => [value].flat().every(isHash),
    'must be "sha256:" and 43 characters; make it with `doorward clients add` or newClientSecret()',
  )

const clientCredentials = z.strictObject({
  resources: z.array(z.string()).min(1, "must name at least one resource").optional(),
  scopes: z.array(z.string()).optional(),
} satisfies OptionFields<ClientCredentials>)

const tokenExchange = z.strictObject({
  audiences: z.array(z.string().min(1)).min(1, "must name at least one audience"),
  resources: z.array(z.string()).min(1, "must name at least one resource"),
  scopes: z.array(z.string()).optional(),
} satisfies OptionFields<TokenExchange>)

/** A client in the option `clients`. */
export const staticClient = z
  .strictObject({
    clientId: z.string().min(1, "must not be empty"),
    clientSecret: credential.optional(),
    clientSecretHash: clientSecretHash.optional(),
    clientName: z.string().optional(),
    redirectUris: z.array(redirectUri).optional(),
    jwks: z.object({ keys: z.array(z.looseObject({ kty: z.string() })) }).optional(),
    clientCredentials: clientCredentials.optional(),
    tokenExchange: tokenExchange.optional(),
  } satisfies OptionFields<StaticClient>)
  .refine(({ clientSecret, jwks }) => clientSecret === undefined || jwks === undefined, {
    path: ["jwks"],
    error: "cannot be combined with clientSecret",
  })
  .refine(({ clientSecretHash, jwks }) => clientSecretHash === undefined || jwks === undefined, {
    path: ["jwks"],
    error: "cannot be combined with clientSecretHash",
  })
  .refine(
    ({ clientSecret, clientSecretHash }) =>
      clientSecret === undefined || clientSecretHash === undefined,
    {
      path: ["clientSecretHash"],
      error: "cannot be combined with clientSecret; keep the hash and remove clientSecret",
    },
  )
  .superRefine((client, context) => {
    const { clientSecret, clientSecretHash, jwks, redirectUris = [] } = client
    if (clientSecret || clientSecretHash || jwks) return
    const given = (["clientCredentials", "tokenExchange"] as const).filter((name) => client[name])
    for (const name of given) {
      const message = "needs clientSecretHash, clientSecret or jwks"
      context.addIssue({ code: "custom", path: [name], message })
    }
    if (given.length > 0 || redirectUris.length > 0) return
    const message = "must have at least one entry, unless the client has a secret or keys"
    context.addIssue({ code: "custom", path: ["redirectUris"], message })
  })
