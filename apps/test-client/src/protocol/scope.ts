/** What the choice of scopes rests on. */
export interface ScopeSources {
  /** What the person running the client asked for. */
  wanted: string | undefined
  /** The `scope` of the challenge. */
  challenge: string | undefined
  /** `scopes_supported` of the resource. */
  resource: readonly string[] | undefined
  /** `scopes_supported` of the authorization server. */
  server: readonly string[] | undefined
}

/**
 * The scopes to ask for: those of the challenge, else all that the resource lists, else none by name
 * (SEP-835). With them `offline_access`, if the authorization server lists it (SEP-2207).
 */
export function chooseScope({
  wanted,
  challenge,
  resource,
  server,
}: ScopeSources): string | undefined {
  const base = wanted ?? challenge ?? (resource?.length ? resource.join(" ") : undefined)
  if (!base || !server?.includes("offline_access")) return base
  return unionScope(base, "offline_access")
}

export function unionScope(...scopes: readonly (string | undefined)[]): string {
  return [...new Set(scopes.flatMap((scope) => scope?.split(" ").filter(Boolean) ?? []))].join(" ")
}
