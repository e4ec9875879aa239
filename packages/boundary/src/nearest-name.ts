import { closestMatch } from "leven"

/**
 * The known name that a mistyped one was probably meant to be, if one is close enough or begins with it.
 *
 * @param maxDistance how many characters may differ. Default: two, or a third of the name.
 */
export function nearestName(
  name: string,
  known: readonly string[],
  maxDistance: number = Math.max(2, Math.floor(name.length / 3)),
): string | undefined {
  return (
    closestMatch(name, known, { maxDistance }) ??
    known.find((candidate) => candidate.startsWith(name) && name.length > 2)
  )
}
