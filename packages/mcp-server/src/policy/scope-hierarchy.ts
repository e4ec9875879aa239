/** Adds the scopes that scopes contain. */
export type ScopeExpansion = (scopes: readonly string[]) => ReadonlySet<string>

/** The expansion that a policy's `scopeHierarchy` describes; a circle in it makes its scopes equal. */
export function scopeExpansion(
  hierarchy: Readonly<Record<string, readonly string[]>> = {},
): ScopeExpansion {
  const contained = new Map(Object.entries(hierarchy))
  return (scopes) => {
    const all = new Set(scopes)
    // A set goes on to what is added while it is gone through.
    for (const scope of all) for (const smaller of contained.get(scope) ?? []) all.add(smaller)
    return all
  }
}
