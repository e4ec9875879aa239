import { plainText } from "@doorward/boundary"
import { z } from "zod"
import type { ClientAuthenticationMethod } from "../ports/client.ts"
import { OAuthError } from "../ports/errors.ts"
import type { GrantType } from "./grant-type.ts"
import { checkRedirectUri } from "./redirect-uri.ts"

export const clientAuthenticationMethods = [
  "none",
  "client_secret_basic",
  "client_secret_post",
  "private_key_jwt",
] as const satisfies readonly ClientAuthenticationMethod[]

const redirectUrisMax = 10

/**
 * Control, bidirectional, zero-width and blank characters, which can make one name look like another.
 */
const deceptive =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u115f\u1160\u2800\u3164\uffa0]|\u034f|\u17b4|\u17b5/u

const shortText = z.string().max(200)
const webUri = z
  .string()
  .max(2048)
  .refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ""), "must be a web address")

const publicJwkSchema = z
  .looseObject({ kty: z.string() })
  .refine((jwk) => !("d" in jwk || "k" in jwk), "must be a public key")
const jwksSchema = z.object({ keys: z.array(publicJwkSchema).max(10) })

/** The client metadata that this server uses (RFC 7591 §2). Other members are ignored. */
export const clientMetadataSchema = z.object({
  /** Empty only for a client that signs people in on another device. */
  redirect_uris: z.array(z.string()).max(redirectUrisMax).default([]),
  token_endpoint_auth_method: z.enum(clientAuthenticationMethods).default("client_secret_basic"),
  grant_types: z.array(shortText).max(20).default(["authorization_code"]),
  response_types: z.array(shortText).max(20).default(["code"]),
  application_type: z.enum(["web", "native"]).optional(),
  client_name: z
    .string()
    .trim()
    .max(100)
    .refine((name) => !deceptive.test(name), "must not contain control or invisible characters")
    .optional(),
  client_uri: webUri.optional(),
  scope: z.string().max(1000).optional(),
  contacts: z.array(shortText).max(10).optional(),
  tos_uri: webUri.optional(),
  policy_uri: webUri.optional(),
  software_id: shortText.optional(),
  software_version: shortText.optional(),
  jwks_uri: webUri.optional(),
  jwks: jwksSchema.optional(),
})
export type ClientMetadata = z.infer<typeof clientMetadataSchema>

/**
 * Validates client metadata, including combinations of members (RFC 7591 §2, RFC 8252 §7).
 *
 * @param supported the grant types that this server takes.
 * @throws {OAuthError} `invalid_client_metadata` or `invalid_redirect_uri`, naming the member.
 */
export function parseClientMetadata(
  given: unknown,
  supported: readonly GrantType[],
): ClientMetadata {
  const parsed = clientMetadataSchema.safeParse(withoutEmptyMembers(given), { error: plainText })
  if (!parsed.success) {
    const { path = [], message = "is not valid" } = parsed.error.issues[0] ?? {}
    const why = `${path.join(".") || "the document"}: ${message}`
    throw path[0] === "redirect_uris"
      ? new OAuthError("invalid_redirect_uri", "redirect_uri_invalid", why)
      : new OAuthError("invalid_client_metadata", "client_metadata_invalid", why)
  }
  const metadata = parsed.data
  for (const uri of metadata.redirect_uris) checkRedirectUri(uri, metadata.application_type)
  const refuse = (why: string): never => {
    throw new OAuthError("invalid_client_metadata", "client_metadata_invalid", why)
  }
  const grantTypes = usableGrantTypes(metadata.grant_types, supported)
  const [signsIn] = grantTypes
  if (signsIn === undefined) {
    refuse(`grant_types must include ${signInGrantTypes(supported).join(" or ")}`)
  }
  const isRedirected = signsIn === "authorization_code"
  if (isRedirected && metadata.redirect_uris.length === 0) {
    throw new OAuthError(
      "invalid_redirect_uri",
      "redirect_uri_invalid",
      `redirect_uris: ${isAbsent(given, "redirect_uris") ? "is missing" : "must have at least one entry"}`,
    )
  }
  if (isRedirected && !metadata.response_types.includes("code")) {
    refuse("response_types must include code")
  }
  if (metadata.jwks && metadata.jwks_uri) refuse("jwks and jwks_uri cannot be combined")
  if (metadata.token_endpoint_auth_method === "private_key_jwt") {
    if (!metadata.jwks && !metadata.jwks_uri) refuse("private_key_jwt needs jwks or jwks_uri")
    if (metadata.jwks_uri && !metadata.jwks_uri.startsWith("https:")) {
      refuse("jwks_uri must be https")
    }
  }
  return {
    ...metadata,
    // What the client can use here, whatever else it asked for: RFC 7591 §2 lets the server replace it.
    grant_types: [...grantTypes, "refresh_token"],
    response_types: isRedirected ? ["code"] : [],
  }
}

/** The grant types by which a client that registered itself can sign people in. */
const signInGrantTypes = (supported: readonly GrantType[]): readonly GrantType[] =>
  (["authorization_code", "urn:ietf:params:oauth:grant-type:device_code"] as const).filter((type) =>
    supported.includes(type),
  )

const usableGrantTypes = (asked: readonly string[], supported: readonly GrantType[]) =>
  signInGrantTypes(supported).filter((type) => asked.includes(type))

const isAbsent = (given: unknown, member: string) =>
  !Object.hasOwn(Object(withoutEmptyMembers(given)), member)

/**
 * Many clients send every member that they know; `null` and the empty string mean that it is absent.
 */
function withoutEmptyMembers(given: unknown): unknown {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return given
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== null && value !== ""),
  )
}
