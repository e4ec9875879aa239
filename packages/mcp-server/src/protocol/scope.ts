/** Whether a text is a scope-token (RFC 6749 §3.3). */
export function isScopeToken(text: string): boolean {
  return /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(text)
}

/**
 * The scopes of a resource, without repetition and without `offline_access`: that one asks for a refresh
 * token, which is between the client and the authorization server (SEP-2207).
 */
export function resourceScopes(scopes: readonly string[]): readonly string[] {
  return union(scopes.filter((scope) => scope !== "offline_access"))
}

export function union(...lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())]
}
