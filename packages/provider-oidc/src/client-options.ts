import type { OptionFields } from "@doorward/boundary"
import { addProblem } from "@doorward/boundary"
import {
  authorizeParameters,
  callFields,
  scopeToken,
  type UpstreamCallOptions,
  whenMissing,
} from "@doorward/upstream-client"
import { type ClientAuth, ClientSecretBasic, ClientSecretPost, None } from "oauth4webapi"
import { z } from "zod"

const methods = ["client_secret_basic", "client_secret_post"] as const

/** Who this client of an authorization server is, and what it asks for. */
export interface ClientOptions extends UpstreamCallOptions {
  /** What the consent page calls the provider. Default: the host of its address. */
  name?: string | undefined
  /** The client's id, issued by the provider when the client is registered (RFC 6749 §2.2). */
  clientId: string
  /** The client's secret (RFC 6749 §2.3.1). Required unless `publicClient` is set. */
  clientSecret?: string | undefined
  /** Set to `true` if the client is registered without a secret (RFC 6749 §2.1). */
  publicClient?: true | undefined
  /**
   * How the secret is sent (RFC 6749 §2.3.1). Default: `client_secret_basic`, unless the provider's
   * metadata lists only `client_secret_post`.
   */
  clientAuthentication?: (typeof methods)[number] | undefined
  /** The scopes that MCP clients may ask for, in the provider's own names (RFC 6749 §3.3). Default: none. */
  scopes?: readonly string[] | undefined
  /**
   * Parameters added to each authorization request. A hint of the MCP client replaces one of the same
   * name, except that prompts are combined. Default: none.
   */
  authorizeParameters?: Readonly<Record<string, string>> | undefined
}

const notEmpty = "must not be empty"

export const clientFields = {
  name: z.string().min(1, notEmpty).optional(),
  clientId: z
    .string(whenMissing("set it to the id that the provider issued for this client"))
    .min(1, notEmpty),
  clientSecret: z.string().min(1, notEmpty).optional(),
  publicClient: z.literal(true, { error: "must be true or left out" }).optional(),
  clientAuthentication: z.enum(methods, { error: `must be ${methods.join(" or ")}` }).optional(),
  scopes: z.array(scopeToken).default([]),
  authorizeParameters: authorizeParameters.default({}),
  ...callFields,
} satisfies OptionFields<ClientOptions>

/** A forgotten secret must not silently make the client a public one. */
export function checkSecret(
  { clientSecret, publicClient }: { clientSecret?: unknown; publicClient?: unknown },
  context: z.core.$RefinementCtx,
): void {
  const path = ["clientSecret"]
  if (clientSecret === undefined && publicClient === undefined) {
    addProblem(
      context,
      path,
      (name) => `is missing; set it, or set ${name("publicClient")} to true if the client has none`,
    )
  }
  if (clientSecret !== undefined && publicClient !== undefined) {
    addProblem(context, path, (name) => `cannot be combined with ${name("publicClient")}`)
  }
}

/** @param supported `token_endpoint_auth_methods_supported`, if the provider publishes it. */
export function secretAuthentication(
  options: Pick<ClientOptions, "clientSecret" | "clientAuthentication">,
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
