const GUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

/** Whether a text is a GUID, as Entra ID's ids of tenants, people, groups and applications are. */
export function isGuid(text: string): boolean {
  return GUID.test(text)
}

/** An id for comparison: GUIDs, or two joined by a dot, are the same in any case. Other ids are not. */
export function comparableId(id: string): string {
  return id.split(".").every(isGuid) ? id.toLowerCase() : id
}
