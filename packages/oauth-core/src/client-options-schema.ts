import type { OptionFields } from "@doorward/boundary"
import { z } from "zod"
import type { ClientCredentials, StaticClient } from "./client-options.ts"
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
  .refine(
    ({ redirectUris = [], clientCredentials }) => redirectUris.length > 0 || clientCredentials,
    {
      path: ["redirectUris"],
      error: "must have at least one entry, unless there is clientCredentials",
    },
  )
  .refine(
    ({ clientCredentials, clientSecret, clientSecretHash, jwks }) =>
      !clientCredentials || clientSecret || clientSecretHash || jwks,
    { path: ["clientCredentials"], error: "needs clientSecretHash, clientSecret or jwks" },
  )
