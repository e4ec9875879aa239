import type { Client } from "../../ports/client.ts"
import type { AuthorizationRequest, PromptRequest } from "../../protocol/authorization-request.ts"
import { redirectUriKind } from "../../protocol/redirect-uri.ts"
import type { Deps } from "../deps.ts"
import { isRemembered } from "./consent-memory.ts"

/** Whether a person must approve a request; if not, whose earlier consent covers it. */
export type ConsentDecision =
  | { needed: true }
  | { needed: false; rememberedUserId: string | undefined }

/**
 * Decides whether a person must be asked about a request (MCP Security Best Practices, "Confused
 * Deputy"). They need not be only where the operator vouches for the client, or where the same person
 * approved the same client, redirect URI, scopes and resource before.
 */
export async function consentNeeded(
  input: {
    client: Client
    request: AuthorizationRequest
    prompt: PromptRequest
    /** Whose consent this browser remembers; absent if the request came from another site. */
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
 * Whether a consent for this redirect URI may be remembered. Only a client on the web can prove who it
 * is; any program on a machine can take another's redirect there.
 */
export const canRememberConsent = (
  redirectUri: string,
  { settings }: Pick<Deps, "settings">,
): boolean => settings.consent === "remember" && redirectUriKind(redirectUri) === "https"

/** Whether a consent that was remembered covers the person who signed in: it may be somebody else's. */
export const coversPerson = (rememberedUserId: string | undefined, userId: string): boolean =>
  rememberedUserId === undefined || rememberedUserId === userId
