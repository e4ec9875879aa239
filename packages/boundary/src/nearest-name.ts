import { closestMatch } from "leven"

/** The known name that an unknown one was probably meant to be: one that is close, or that begins with it. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const maxDistance = Math.max(2, Math.floor(name.length / 3))
  return (
    misspelledName(name, known, maxDistance) ??
    known.find((candidate) => candidate.startsWith(name) && name.length > 2)
  )
}

/** The known name from which an unknown one differs by at most so many characters. */
export const misspelledName = (
  name: string,
  known: readonly string[],
  maxDistance: number,
): string | undefined => closestMatch(name, known, { maxDistance })
