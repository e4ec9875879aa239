/** Does `work` once and keeps its outcome; concurrent callers share one attempt, a failed one is not kept. */
export function retriedOnFailure<T>(work: () => Promise<T>): () => Promise<T> {
  let outcome: Promise<T> | undefined
  return () => {
    outcome ??= work().catch((error: unknown) => {
      outcome = undefined
      throw error
    })
    return outcome
  }
}
