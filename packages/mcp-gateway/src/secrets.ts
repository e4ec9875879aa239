const howToMake =
  "make one with: node -e \"console.log(require('crypto').randomBytes(32).toString('base64url'))\""

/** What is wrong with the secrets, worded to follow the option's name. */
export function problemWithSecret(given: string | readonly string[]): string | undefined {
  const texts = secretTexts(given)
  const isComplete = texts.length > 0 && texts.every((text) => secretBytes(text))
  return isComplete ? undefined : `must be 32 random bytes in base64url; ${howToMake}`
}

/** The secrets' bytes, once {@link problemWithSecret} has found nothing. */
export function readSecrets(given: string | readonly string[]): readonly Uint8Array[] {
  return secretTexts(given).flatMap((text) => secretBytes(text) ?? [])
}

function secretTexts(given: string | readonly string[]): readonly string[] {
  return (typeof given === "string" ? given.split(",") : given).map((text) => text.trim())
}

function secretBytes(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, "base64url")
  return bytes.length === 32 && bytes.toString("base64url") === text ? bytes : undefined
}
