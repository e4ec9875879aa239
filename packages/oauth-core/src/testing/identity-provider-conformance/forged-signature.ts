/** Replaces the signature of a JWT in a token response with a different one of the same length. */
export function forgeSignature(body: Record<string, unknown>, member: string): void {
  const token = body[member]
  if (typeof token !== "string") throw new Error(`the token response has no ${member}`)
  const [header, payload, signature = ""] = token.split(".")
  const forged = [...signature].map((character) => (character === "A" ? "B" : "A")).join("")
  body[member] = `${header}.${payload}.${forged}`
}
