import { type ClientAuth, ClientSecretBasic, ClientSecretPost, None } from "oauth4webapi"
import { z } from "zod"
import { authorizeParameters, callFields, scopeToken } from "./upstream/index.ts"

const methods = ["client_secret_basic", "client_secret_post"] as const

/** What every client of an authorization server has: who it is, and what it asks for. */
export const clientFields = {
  /** What the consent page calls the provider. Default: the host of its address. */
  name: z.string().min(1, "is empty").optional(),
  clientId: z
    .string({ error: "missing; it is given when the client is registered" })
    .min(1, "is empty"),
  clientSecret: z.string().min(1, "is empty").optional(),
  /** `true` if the client is registered without a secret. */
  publicClient: z.literal(true, { error: "can only be true" }).optional(),
  /**
   * How the secret is sent (RFC 6749 §2.3.1). Default: `client_secret_basic`, unless the provider's
   * metadata lists only the other.
   */
  clientAuthentication: z.enum(methods, { error: `must be ${methods.join(" or ")}` }).optional(),
  /** What MCP clients may ask for, in the provider's own names. */
  scopes: z.array(scopeToken).default([]),
  /** Added to each authorization request. A hint of the MCP client replaces it. */
  authorizeParameters: authorizeParameters.default({}),
  ...callFields,
}

type ClientFields = z.output<z.ZodObject<typeof clientFields>>

/** A forgotten secret must not make a public client. */
export function checkSecret(
  { clientSecret, publicClient }: Pick<ClientFields, "clientSecret" | "publicClient">,
  context: { addIssue(issue: { code: "custom"; path: string[]; message: string }): void },
): void {
  const path = ["clientSecret"]
  if (clientSecret === undefined && !publicClient) {
    const message = "missing; set it, or publicClient: true if the client has none"
    context.addIssue({ code: "custom", path, message })
  }
  if (clientSecret !== undefined && publicClient) {
    const message = "can't be combined with publicClient"
    context.addIssue({ code: "custom", path, message })
  }
}

/** @param supported `token_endpoint_auth_methods_supported`, if the provider publishes it. */
export function secretAuthentication(
  options: Pick<ClientFields, "clientSecret" | "clientAuthentication">,
  supported: readonly string[] | undefined,
): ClientAuth {
  const { clientSecret } = options
  if (clientSecret === undefined) return None()
  const method =
    options.clientAuthentication ??
    methods.find((candidate) => supported?.includes(candidate)) ??
    "client_secret_basic"
  return method === "client_secret_post"
    ? ClientSecretPost(clientSecret)
    : ClientSecretBasic(clientSecret)
}
