import { z } from "zod"
import { OAuthError } from "../ports/errors.ts"
import type { SignInHints } from "../ports/identity-provider.ts"
import type { Parameters } from "./parameters.ts"
import { readCodeChallenge } from "./pkce.ts"
import { chooseResource } from "./resource.ts"
import { chooseScopes } from "./scope.ts"
import { signInHintsSchema } from "./sign-in-hints.ts"

/** A validated authorization request: what a person is asked to approve, and where the answer goes. */
export const authorizationRequestSchema = z.object({
  clientId: z.string(),
  redirectUri: z.string(),
  state: z.string().optional(),
  codeChallenge: z.string(),
  /** The key that the code will be bound to (RFC 9449 §10). */
  jkt: z.string().optional(),
  scopes: z.array(z.string()),
  resource: z.string(),
  hints: signInHintsSchema,
})
export type AuthorizationRequest = z.infer<typeof authorizationRequestSchema>

/** What `prompt` requires of Doorward itself (OIDC Core §3.1.2.1). */
export interface PromptRequest {
  /** Show the consent page, even if consent is remembered. */
  consent: boolean
  /** Show no page at all. */
  none: boolean
}

/** What validating a request needs to know about the resource servers. */
export interface RequestPolicy {
  resources: readonly { resource: string; scopes: readonly string[] }[]
}

const claimsMaxLength = 2048

/**
 * Validates every parameter of an authorization request that is read once the redirect target is
 * trusted (OAuth 2.1 §4.1.1, RFC 8707, OIDC Core §3.1.2.1).
 *
 * @throws {OAuthError} with the registered code. The caller knows where to send it.
 */
export function parseAuthorizationRequest(
  parameters: Parameters,
  policy: RequestPolicy,
): Omit<AuthorizationRequest, "clientId" | "redirectUri" | "state"> & {
  prompt: PromptRequest
} {
  parameters.refuseRepeated()
  for (const name of ["request", "registration"] as const) {
    if (parameters.get(name) !== undefined) {
      throw new OAuthError(
        `${name}_not_supported`,
        "request_object_unsupported",
        `The parameter ${name} is not supported; send plain parameters or push them to /par.`,
      )
    }
  }
  if (parameters.require("response_type") !== "code") {
    throw new OAuthError(
      "unsupported_response_type",
      "response_type_unsupported",
      "response_type must be code.",
    )
  }
  if ((parameters.get("response_mode") ?? "query") !== "query") {
    throw new OAuthError(
      "invalid_request",
      "response_mode_unsupported",
      "response_mode must be query or left out.",
    )
  }
  const codeChallenge = readCodeChallenge(parameters)
  const known = policy.resources.map(({ resource }) => resource)
  const resource = chooseResource(
    parameters.getAll("resource"),
    known,
    known.length === 1 ? known[0] : undefined,
  )
  const supported = policy.resources.find((one) => one.resource === resource)?.scopes ?? []
  const scopes = [...chooseScopes(parameters.get("scope"), supported)]
  const { prompt, upstreamPrompt } = readPrompt(parameters.get("prompt"))
  const hints: SignInHints = {
    ...(upstreamPrompt === undefined ? {} : { prompt: upstreamPrompt }),
    ...text(parameters, "login_hint", "loginHint"),
    ...text(parameters, "domain_hint", "domainHint"),
    ...text(parameters, "ui_locales", "uiLocales"),
    ...readClaims(parameters.get("claims")),
  }
  return { codeChallenge, ...readJkt(parameters), resource, scopes, hints, prompt }
}

function readJkt(parameters: Parameters): { jkt?: string } {
  const jkt = parameters.get("dpop_jkt")
  if (jkt === undefined) return {}
  if (/^[\w-]{43}$/.test(jkt)) return { jkt }
  throw new OAuthError(
    "invalid_request",
    "malformed_request",
    "dpop_jkt must be the SHA-256 thumbprint of a key, in base64url.",
  )
}

function readPrompt(text = ""): {
  prompt: PromptRequest
  upstreamPrompt: SignInHints["prompt"]
} {
  const values = text.split(" ").filter((value) => value !== "")
  const unknown = values.find(
    (value) => !["none", "login", "consent", "select_account"].includes(value),
  )
  if (unknown !== undefined || (values.includes("none") && values.length > 1)) {
    throw new OAuthError(
      "invalid_request",
      "prompt_invalid",
      "prompt must be none, or any of login, select_account and consent.",
    )
  }
  return {
    prompt: { consent: values.includes("consent"), none: values.includes("none") },
    upstreamPrompt: (["none", "login", "select_account"] as const).find((value) =>
      values.includes(value),
    ),
  }
}

function text<N extends "loginHint" | "domainHint" | "uiLocales">(
  parameters: Parameters,
  parameter: string,
  name: N,
): Partial<Record<N, string>> {
  const value = parameters.get(parameter)
  if (value === undefined) return {}
  if (value.length > 500) {
    throw new OAuthError(
      "invalid_request",
      "malformed_request",
      `${parameter} must be at most 500 characters.`,
    )
  }
  return { [name]: value } as Record<N, string>
}

function readClaims(claims: string | undefined): { claims?: string } {
  if (claims === undefined) return {}
  if (claims.length <= claimsMaxLength && isJsonObject(claims)) return { claims }
  throw new OAuthError(
    "invalid_request",
    "claims_invalid",
    `claims must be a JSON object of at most ${claimsMaxLength} characters.`,
  )
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}
