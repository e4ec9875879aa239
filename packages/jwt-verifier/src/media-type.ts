/** A `typ` for comparison: media types ignore case, and `application/` may be left out (RFC 7515 §4.1.9). */
export function mediaType(typ: string): string {
  return typ.toLowerCase().replace(/^application\/(?=[^/]+$)/, "")
}
