/** @throws {TypeError} if there is no audience. */
export function audienceList(audience: string | readonly string[]): readonly string[] {
  const audiences = listOf(audience)
  if (audiences.length === 0 || audiences.includes("")) throw new TypeError("audience is required")
  return audiences
}

/** @throws {TypeError} if the number is negative, or none. */
export function notNegative(value: number, name: string): number {
  if (!(value >= 0)) throw new TypeError(`${name} must not be negative`)
  return value
}

export function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === "string" ? [value] : [...value]
}
