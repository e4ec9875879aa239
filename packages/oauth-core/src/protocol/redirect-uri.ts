import { isLoopbackHost } from "@doorward/boundary"
import { OAuthError } from "../ports/errors.ts"
import { shown } from "./parameters.ts"

/** The kind of a redirect URI, which decides how well it identifies one program (RFC 8252 §7). */
export type RedirectUriKind = "https" | "loopback" | "private-use"

export type ApplicationType = "web" | "native"

const redirectUriMaxLength = 2048

/**
 * Schemes that do something by themselves in a browser or operating system, or that open a web address:
 * those would reach any website without being shown as one or held to the rules for one.
 */
const refusedSchemes =
  /^(.*-https?|about|afp|android-app|applescript|bitcoin|blob|brave|brave-.*|callto|chrome.*|cid|data|devtools|dict|edge|ext\+.*|facetime.*|feed|file|filesystem|firefox|firefox-.*|ftp|ftps|geo|git|googlechrome.*|gopher|hcp|help|im|imap|intent|ios-app|irc|ircs|itms.*|jar|javascript|ldap|ldaps|livescript|mailto|magnet|maps|market|matrix|mhtml|microsoft-.*|mid|mms|mocha|moz-.*|ms-.*|news|nfs|nntp|openpgp4fpr|opera|pop|rdp|res|resource|rtsp|search|search-ms|sftp|shell|sip|sips|sms|smsto|smb|ssh|steam|svn|tel|telnet|urn|vbscript|view-source|vivaldi|vnc|web\+.*|webcal|ws|wss|wtai|wyciwyg|x-apple.*|xmpp)$/

const printableAscii = /^[\x21-\x7e]+$/
const dotSegment = /(^|\/)(\.|%2e){1,2}(\/|$)/i
const loopback = /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(?::(\d{1,5}))?((?:[/?].*)?)$/

/**
 * Checks a redirect URI at registration (RFC 7591 §2, RFC 8252, OAuth 2.1 §2.3.1).
 *
 * @throws {OAuthError} `invalid_redirect_uri`, saying what is wrong.
 */
export function checkRedirectUri(uri: string, applicationType?: ApplicationType): RedirectUriKind {
  const refuse = (why: string): never => {
    throw new OAuthError(
      "invalid_redirect_uri",
      "redirect_uri_invalid",
      `The redirect URI ${shown(uri)} ${why}.`,
    )
  }
  if (uri.length > redirectUriMaxLength) {
    return refuse(`is longer than ${redirectUriMaxLength} characters`)
  }
  if (!printableAscii.test(uri)) return refuse("has characters that are not allowed in a URI")
  if (uri.includes("\\")) return refuse("has a backslash")
  if (uri.includes("#")) return refuse("has a fragment")
  const url = URL.parse(uri)
  if (!url) return refuse("is not an absolute URI")
  if (url.username || url.password || /^[a-z][a-z0-9+.-]*:\/\/[^/?]*@/i.test(uri)) {
    return refuse("has user information")
  }
  if (dotSegment.test(pathOf(uri))) return refuse("has a dot segment")

  const scheme = url.protocol.slice(0, -1)
  if (!uri.startsWith(`${scheme}:`)) return refuse("must have its scheme in lower case")
  if (scheme === "https") {
    if (!isPlainHost(uri, url)) return refuse("has a host in an unusual spelling")
    if (applicationType === "web" && isLoopbackHost(url.hostname)) {
      return refuse("is a loopback address, which needs application_type native")
    }
    return redirectUriKind(uri)
  }
  if (scheme === "http") {
    const port = loopback.exec(uri)
    if (!port || Number(port[2] ?? 0) > 65535) {
      return refuse("must be https, or http to 127.0.0.1, [::1] or localhost")
    }
    if (applicationType === "web") {
      return refuse("is a loopback address, which needs application_type native")
    }
    return "loopback"
  }
  if (refusedSchemes.test(scheme)) return refuse("has a scheme that is not accepted")
  if (applicationType === "web") {
    return refuse("has a private-use scheme, which needs application_type native")
  }
  return "private-use"
}

/**
 * Whether every program reads the host the same way: no wildcard, no escape, no number as an address.
 */
function isPlainHost(uri: string, { host }: URL): boolean {
  const written = /^https:\/\/([^/?]+)/.exec(uri)?.[1]?.toLowerCase()
  return !host.includes("*") && (written === host || written === `${host}:443`)
}

/** The part after the authority (or after the scheme if there is no authority), up to the query. */
function pathOf(uri: string): string {
  const rest = uri.replace(/^[a-z][a-z0-9+.-]*:(\/\/[^/?]*)?/i, "")
  const query = rest.indexOf("?")
  return query === -1 ? rest : rest.slice(0, query)
}

/** The kind of a redirect URI that {@link checkRedirectUri} has accepted. */
export function redirectUriKind(uri: string): RedirectUriKind {
  if (!/^https?:/.test(uri)) return "private-use"
  return isLoopbackHost(new URL(uri).hostname) ? "loopback" : "https"
}

/**
 * Whether a requested redirect URI is the registered one. They are compared as text, but a loopback URI
 * may have a different port (OAuth 2.1 §8.4.2).
 */
export function redirectUriMatches(registered: string, requested: string): boolean {
  if (registered === requested) return true
  const a = loopback.exec(registered)
  const b = loopback.exec(requested)
  if (!a || !b) return false
  return a[1] === b[1] && a[3] === b[3] && Number(b[2] ?? 0) <= 65535
}

/**
 * Checks a registered redirect URI against the operator's patterns.
 *
 * @throws {OAuthError} `invalid_redirect_uri` if there are patterns and it matches none.
 */
export function checkRedirectUriPatterns(
  uri: string,
  patterns: readonly RegExp[] | undefined,
): void {
  if (!patterns || patterns.some((pattern) => pattern.test(uri))) return
  throw new OAuthError(
    "invalid_redirect_uri",
    "redirect_uri_invalid",
    "This server does not accept that redirect URI. Ask its operator to allow it.",
  )
}
