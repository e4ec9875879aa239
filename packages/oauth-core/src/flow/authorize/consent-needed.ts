import type { Client } from "../../ports/client.ts"
import type { AuthorizationRequest, PromptRequest } from "../../protocol/authorization-request.ts"
import { redirectUriKind } from "../../protocol/redirect-uri.ts"
import type { Deps } from "../deps.ts"
import { isRemembered } from "./consent-memory.ts"

/** Whether a person must approve a request, and if not, whose earlier consent covers it. */
export type ConsentDecision =
  | { needed: true }
  | { needed: false; rememberedUserId: string | undefined }

/**
 * Decides whether a person must approve a request (MCP Security Best Practices, "Confused Deputy").
 * They must, unless the operator vouches for the client, or the same person has already approved the
 * same client, redirect URI, scopes and resource.
 */
export async function consentNeeded(
  input: {
    client: Client
    request: AuthorizationRequest
    prompt: PromptRequest
    /** Whose consent this browser remembers; `undefined` if the request came from another site. */
    rememberedUserId: string | undefined
  },
  deps: Deps,
): Promise<ConsentDecision> {
  const { client, request, prompt, rememberedUserId } = input
  const { consent } = deps.settings
  if (consent === "never" && client.source === "static") {
    return { needed: false, rememberedUserId: undefined }
  }
  if (rememberedUserId === undefined || prompt.consent) return { needed: true }
  const isCovered =
    canRememberConsent(request.redirectUri, deps) &&
    (await isRemembered(rememberedUserId, request, deps))
  return isCovered ? { needed: false, rememberedUserId } : { needed: true }
}

/**
 * Whether consent for this redirect URI may be remembered. Only a client on the web can be identified;
 * on the person's machine, any program can receive another program's redirect.
 */
export const canRememberConsent = (
  redirectUri: string,
  { settings }: Pick<Deps, "settings">,
): boolean => settings.consent === "remember" && redirectUriKind(redirectUri) === "https"

/** Whether the remembered consent, if any, belongs to the person who signed in. */
export const coversPerson = (rememberedUserId: string | undefined, userId: string): boolean =>
  rememberedUserId === undefined || rememberedUserId === userId
