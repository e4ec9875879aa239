/** One challenge of a `WWW-Authenticate` header (RFC 9110 §11.6.1). */
export interface Challenge {
  /** In lower case. */
  scheme: string
  /** Names in lower case. */
  parameters: Readonly<Record<string, string>>
}

const PART =
  /\s*(?:([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"=]+))|([\w!#$%&'*+.^`|~-]+)(?:\s+(?=[^\s,])|(?=\s*(?:,|$))))\s*,?/y

/** Reads every challenge of the header. What is not a challenge ends the reading. */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = []
  const part = new RegExp(PART)
  for (let match = part.exec(header); match; match = part.exec(header)) {
    const [whole, name, quoted, bare, scheme] = match
    if (whole === "") break
    if (scheme !== undefined) {
      challenges.push({ scheme: scheme.toLowerCase(), parameters: {} })
    } else if (name !== undefined) {
      const value = quoted?.replace(/\\(.)/g, "$1") ?? bare ?? ""
      const current = challenges.at(-1)
      if (current) current.parameters[name.toLowerCase()] ??= value
    }
  }
  return challenges
}

/** The Bearer challenge of a response, if it has one: the one that names resource metadata first. */
export function bearerChallenge(response: Response): Challenge | undefined {
  const all = parseChallenges(response.headers.get("www-authenticate") ?? "")
  const bearer = all.filter(({ scheme }) => scheme === "bearer")
  return bearer.find(({ parameters }) => parameters.resource_metadata) ?? bearer[0]
}
