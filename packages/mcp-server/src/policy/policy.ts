import type { VerifiedToken } from "@doorward/jwt-verifier"
import type { Identity, Principal } from "@doorward/oauth-core"

/**
 * Who may use what of an MCP server. The same rules decide every call and what lists show.
 *
 * Of a token that `alsoAccept` let in, and whose verifier knows no principal, roles, groups, tenants,
 * people and clients are written with its issuer: `https://issuer.example#value`.
 *
 * In a name, `*` stands for any text. In the URI of a resource it stands for any text without a slash,
 * and `**` for any text. A caller must meet all rules that match, so a rule can only narrow what another
 * one allows.
 *
 * @example
 * const policy: Policy = {
 *   default: "deny",
 *   tools: { "files_*": { scopes: ["files.read"] }, "files_delete": { roles: ["Admin"] }, whoami: {} },
 *   resources: { "file:///finance/**": { groups: ["7f1b2c3d-0000-4000-8000-000000000001"] } },
 * }
 */
export interface Policy {
  /** What becomes of a tool, prompt or resource that no rule matches. Default: `allow`. */
  default?: "allow" | "deny" | undefined
  /** Rules by the name of the tool. Default: none. */
  tools?: PolicyRules | undefined
  /** Rules by the name of the prompt, for its completions too. Default: none. */
  prompts?: PolicyRules | undefined
  /**
   * Rules by the URI of the resource. A URI is also judged as a server may read it: normalised, with
   * escapes decoded, and without its query. A template is judged by what it can become. Default: none.
   */
  resources?: PolicyRules | undefined
  /**
   * Scopes that contain others, by the larger one: with `{ "files.write": ["files.read"] }` a token with
   * `files.write` also meets rules that need `files.read`. Default: none.
   */
  scopeHierarchy?: Readonly<Record<string, readonly string[]>> | undefined
}

/** Rules by the name that they are about, in which `*` stands for any text. */
export type PolicyRules = Readonly<Record<string, PolicyRule>>

/** What a caller must meet, every member of it. A rule without members allows everybody. */
export interface PolicyRule {
  /** Scopes that the token must have, all of them. Default: none. */
  scopes?: readonly string[] | undefined
  /** App roles of which the caller must have one. Default: no role is needed. */
  roles?: readonly string[] | undefined
  /** Groups of which the caller must be in one, by id. Default: no group is needed. */
  groups?: readonly string[] | undefined
  /** Organizations of which the caller must be from one, by tenant id. Default: any. */
  tenants?: readonly string[] | undefined
  /**
   * People of whom the caller must be one, by `identity.subject`: for Entra ID `tid.oid`, since names and
   * e-mail addresses can be given to somebody else. Default: anybody.
   */
  people?: readonly string[] | undefined
  /**
   * MCP clients of which the caller must use one, by client id. Of an agent of Entra ID its own
   * application id counts, and that of its blueprint. Default: any.
   */
  clients?: readonly string[] | undefined
  /**
   * What the caller must be: a person, an application, or an agent. Tokens whose verifier does not know
   * are none of them. Default: any.
   */
  callers?: readonly Principal["type"][] | undefined
  /**
   * Decides by itself, after the other members. If it throws or rejects, the request fails. Default:
   * nothing else is asked.
   */
  when?: ((call: PolicyCall) => boolean | Promise<boolean>) | undefined
}

/** What a rule's `when` decides about. */
export interface PolicyCall {
  /** The name of the tool or prompt, or the URI of the resource or resource template. */
  name: string
  /**
   * The arguments of the call, as the client sent them. `undefined` when a list is put together: the
   * answer is then whether any call may be allowed.
   */
  arguments: unknown
  /** The caller's token, verified. */
  verified: VerifiedToken
  /** Who is behind the token; `undefined` if its verifier does not know. */
  principal: Principal | undefined
  /** The principal's identity: who signed in. */
  identity: Identity | undefined
}

/** A rule that no complete list of the server has shown a match for: its name may be misspelled. */
export interface UnmatchedRule {
  /** Which rules it is one of. */
  rules: "tools" | "prompts" | "resources"
  /** The name that it has there. */
  name: string
}
