import type { Client } from "./client.ts"

/** Which server a page belongs to, and who is behind it. */
export interface ServerIdentity {
  /** The host of the base URL. */
  host: string
  /** Who runs the server, in the words its people know. */
  operator?: string
}

/** Everything that a person must know to decide (MCP Security Best Practices, "Confused Deputy"). */
export interface ConsentPageData {
  /** Who asks. `name` and `uri` are the client's own choice. */
  client: Pick<Client, "id" | "name" | "source" | "verifiedHost" | "uri">
  /** Where the answer goes. */
  redirect: {
    /** The redirect URI in full. */
    uri: string
    /** What receives the answer: a host, in punycode if it has one; of a private-use URI, its scheme. */
    host: string
    /** How far the URI can be trusted to reach one program only (RFC 8252 §7). */
    kind: "https" | "loopback" | "private-use"
  }
  /** Whether any program on this machine could take the redirect in the client's name. */
  loopbackOnly: boolean
  /** The resource server that the token is for. */
  resource: { uri: string; name: string }
  /** What is asked for, each with what it means. */
  scopes: readonly { scope: string; description: string }[]
  /** Who the person will sign in with, and what will be asked for there. */
  provider: { name: string; permissions: readonly string[] }
  /** This server. */
  server: ServerIdentity
  /** Whether the person may ask not to be asked again. */
  canRemember: boolean
  /**
   * The form that decides. The page must post `field` unchanged to `action`, with `decision` as
   * `approve` or `deny`, and may post `remember` as `yes`.
   */
  form: { action: string; field: { name: string; value: string } }
}

/** Makes the HTML of the consent page. Names are the client's own choice: escape them. */
export type ConsentPage = (data: ConsentPageData) => string | Promise<string>
