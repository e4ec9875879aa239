export class TimeoutError extends Error {
  override readonly name = "TimeoutError"
}

/**
 * Waits for an operation, but not longer than the time given.
 *
 * @throws {TimeoutError} if it takes longer.
 */
export async function within<Result>(
  milliseconds: number,
  operation: Promise<Result>,
): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => reject(new TimeoutError(`no answer within ${milliseconds} ms`)),
    milliseconds,
  )
  try {
    return await Promise.race([operation, promise])
  } finally {
    clearTimeout(timer)
  }
}
