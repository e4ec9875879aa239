import type { Client } from "./client.ts"

/** The server that a page belongs to. */
export interface ServerIdentity {
  /** The host of the base URL. */
  host: string
  /** Who runs the server, by a name that its users know. */
  operator?: string
}

/**
 * Everything that a person needs to know to decide (MCP Security Best Practices, "Confused Deputy").
 */
export interface ConsentPageData {
  /** The client that asks for access. It chose `name` and `uri` itself. */
  client: Pick<Client, "id" | "name" | "source" | "verifiedHost" | "uri">
  /**
   * The device that gets the access, in place of `redirect` (RFC 8628): the page must show its code, and warn
   * that whoever sent the code to the person would get the access (§5.4).
   */
  device?: { userCode: string }
  /** Where the browser goes with the answer; absent if `device` is there. */
  redirect?: {
    /** The full redirect URI. */
    uri: string
    /** Its host (in punycode if it is internationalized), or for a private-use URI its scheme. */
    host: string
    /**
     * What kind of redirect URI it is, which decides how well it identifies one program (RFC 8252 §7).
     */
    kind: "https" | "loopback" | "private-use"
  }
  /** Whether any program on the person's machine could receive the redirect in the client's place. */
  loopbackOnly: boolean
  /** The resource server that the token is for. */
  resource: { uri: string; name: string }
  /** The requested scopes, each with a description. */
  scopes: readonly { scope: string; description: string }[]
  /** Where the person will sign in, and which permissions will be requested there. */
  provider: { name: string; permissions: readonly string[] }
  /** This server. */
  server: ServerIdentity
  /** Whether the page may offer not to ask again. */
  canRemember: boolean
  /**
   * How the page submits the decision. It must post `field` unchanged to `action`, with `decision` set
   * to `approve` or `deny`, and may add `remember` set to `yes`.
   */
  form: { action: string; field: { name: string; value: string } }
}

/**
 * Returns the HTML of the consent page. The client chose its own name and URIs, so escape them.
 *
 * @example
 * ```ts
 * const consentPage: ConsentPage = ({ client, redirect, form }) => html`<h1>Allow ${client.name}?</h1>
 * <p>You will return to ${redirect.host}.</p>
 * <form method="post" action="${form.action}">
 *   <input type="hidden" name="${form.field.name}" value="${form.field.value}">
 *   <button name="decision" value="deny">Deny</button>
 *   <button name="decision" value="approve">Allow</button>
 * </form>`
 * ```
 */
export type ConsentPage = (data: ConsentPageData) => string | Promise<string>
