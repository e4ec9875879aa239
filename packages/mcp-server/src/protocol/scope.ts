const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/**
 * The scopes of a configuration, checked and without repetition.
 *
 * `offline_access` is left out: it asks for a refresh token, which is between the client and the
 * authorization server, and is nothing that this resource needs (SEP-2207).
 *
 * @throws {TypeError} if one is not a scope-token (RFC 6749 §3.3).
 */
export function configuredScopes(scopes: readonly string[]): readonly string[] {
  for (const scope of scopes) {
    if (!SCOPE_TOKEN.test(scope)) throw new TypeError(`not a scope: ${JSON.stringify(scope)}`)
  }
  return union(scopes.filter((scope) => scope !== "offline_access"))
}

export function union(...lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())]
}

export function includesAll(granted: readonly string[], needed: readonly string[]): boolean {
  return needed.every((scope) => granted.includes(scope))
}
