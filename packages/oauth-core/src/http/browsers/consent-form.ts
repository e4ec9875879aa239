import type { Context } from "hono"
import { z } from "zod"
import { canRememberConsent } from "../../flow/authorize/consent-needed.ts"
import type { WaitingDevice } from "../../flow/authorize/find-device.ts"
import { upstreamScopes } from "../../flow/authorize/redirect-upstream.ts"
import type { Client } from "../../ports/client.ts"
import type { ConsentPageData } from "../../ports/consent-page.ts"
import { OAuthError } from "../../ports/errors.ts"
import {
  type AuthorizationRequest,
  authorizationRequestSchema,
} from "../../protocol/authorization-request.ts"
import { redirectUriKind } from "../../protocol/redirect-uri.ts"
import { endpointPaths } from "../../protocol/server-metadata.ts"
import { digestOf, matchesDigest } from "../../tokens/digest.ts"
import { fromBase64url, toBase64url } from "../../tokens/encoding.ts"
import { UnreadableValueError } from "../../tokens/seal.ts"
import { shownUserCode } from "../../tokens/user-code.ts"
import type { HttpContext } from "../context.ts"
import { consentPage } from "../pages/consent-page.ts"
import { sendCustomPage, sendPage } from "../pages/page.ts"

/** How long a person may take to decide, in milliseconds. */
const formLifetime = 30 * 60 * 1000
const context = "form consent"

/** What the consent form contains: what is asked for, bound to the browser that it was shown in. */
const sealedFormSchema = z.object({
  asked: z.discriminatedUnion("type", [
    z.object({ type: z.literal("authorization"), request: authorizationRequestSchema }),
    z.object({ type: z.literal("device"), deviceCode: z.string() }),
  ]),
  browser: z.string(),
})
type Asked = z.infer<typeof sealedFormSchema>["asked"]

/** Shows the consent page. Its form contains the whole request, sealed; nothing is stored. */
export async function showConsent(
  c: Context,
  { client, request }: { client: Client; request: AuthorizationRequest },
  http: HttpContext,
): Promise<Response> {
  const { redirectUri } = request
  const kind = redirectUriKind(redirectUri)
  const { host, protocol } = new URL(redirectUri)
  return show(
    c,
    {
      asked: { type: "authorization", request },
      request,
      client,
      to: {
        redirect: { uri: redirectUri, host: kind === "private-use" ? protocol : host, kind },
        loopbackOnly:
          client.source === "metadata_document" &&
          client.redirectUris.every((uri) => redirectUriKind(uri) === "loopback"),
        canRemember: canRememberConsent(redirectUri, http.deps),
      },
    },
    http,
  )
}

/** Shows the consent page for a device elsewhere. It is never skipped, and never remembered. */
export const showDeviceConsent = (
  c: Context,
  { deviceCode, authorization: { request, userCode }, client }: WaitingDevice,
  http: HttpContext,
): Promise<Response> =>
  show(
    c,
    {
      asked: { type: "device", deviceCode },
      request,
      client,
      to: {
        device: { userCode: shownUserCode(userCode) },
        loopbackOnly: false,
        canRemember: false,
      },
    },
    http,
  )

async function show(
  c: Context,
  {
    asked,
    request,
    client,
    to,
  }: {
    asked: Asked
    request: Pick<AuthorizationRequest, "scopes" | "resource">
    client: Client
    to: Pick<ConsentPageData, "redirect" | "device" | "loopbackOnly" | "canRemember">
  },
  http: HttpContext,
): Promise<Response> {
  const { settings, provider, now } = http.deps
  const browser = await digestOf(await http.cookies.browser(c))
  const sealed = await http.sealer.seal(context, { asked, browser }, now() + formLifetime)
  const resource = settings.resources.find(({ resource }) => resource === request.resource)
  const render = http.options.consentPage ?? consentPage
  const body = await render({
    client,
    ...to,
    resource: { uri: request.resource, name: resource?.name ?? request.resource },
    scopes: request.scopes.map((scope) => ({
      scope,
      description: settings.scopeDescriptions[scope] ?? scope,
    })),
    provider: {
      name: provider.name,
      permissions: provider.permissions(upstreamScopes(request.scopes, http.deps)),
    },
    server: http.server,
    form: {
      action: `${settings.issuer}${endpointPaths.consent}`,
      field: { name: "request", value: toBase64url(sealed) },
    },
  })
  return http.options.consentPage ? sendCustomPage(c, body) : sendPage(c, body)
}

/**
 * Reads the posted consent form, which this server must have sealed for this browser within the last 30
 * minutes.
 *
 * @throws {OAuthError} `invalid_request`
 */
export async function readConsentForm(
  c: Context,
  form: URLSearchParams,
  http: HttpContext,
): Promise<{ asked: Asked; approved: boolean; remember: boolean }> {
  const opened = await open(form.get("request") ?? "", http)
  const decision = form.get("decision")
  if (
    !opened ||
    !(await isOfBrowser(c, opened.browser, http)) ||
    (decision !== "approve" && decision !== "deny")
  ) {
    throw new OAuthError(
      "invalid_request",
      "consent_form_invalid",
      "This page was opened in another browser or too long ago. Start again from the application, with cookies allowed for this site.",
    )
  }
  return {
    asked: opened.asked,
    approved: decision === "approve",
    remember: form.get("remember") === "yes",
  }
}

async function isOfBrowser(c: Context, digest: string, { cookies }: HttpContext): Promise<boolean> {
  for (const browser of await cookies.knownBrowsers(c)) {
    if (await matchesDigest(browser, digest)) return true
  }
  return false
}

async function open(text: string, { sealer, deps }: HttpContext) {
  const sealed = fromBase64url(text)
  if (!sealed?.length) return undefined
  try {
    const { value, expiresAt } = await sealer.open(context, sealed)
    return expiresAt > deps.now() ? sealedFormSchema.safeParse(value).data : undefined
  } catch (error) {
    if (error instanceof UnreadableValueError) return undefined
    throw error
  }
}
