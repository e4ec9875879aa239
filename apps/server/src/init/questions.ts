import { createInterface } from "node:readline/promises"

/** The input ended before every question was answered. */
export class InputEndedError extends Error {
  override readonly name = "InputEndedError"
}

/**
 * Asks until there is an answer without a problem.
 *
 * @param usual what an empty answer means; without it, an answer is needed.
 * @param problemWith what is wrong with an answer, worded to follow "It".
 * @throws {InputEndedError}
 */
export type Ask = (
  question: string,
  usual: string | undefined,
  problemWith: (answer: string) => string | undefined,
) => Promise<string>

/** Asks at a terminal, or reads one answer from each line of what is piped in. */
export interface Questions {
  ask: Ask
  close(): void
}

export function openQuestions(
  input: NodeJS.ReadableStream & { isTTY?: boolean },
  output: NodeJS.WritableStream,
): Questions {
  // Ctrl-C closes it, like the end of the input.
  const lines = createInterface({ input, output })
  let closed = false
  lines.on("close", () => {
    closed = true
  })
  const answers = lines[Symbol.asyncIterator]()

  function show(prompt: string): void {
    // Lines that were piped in are still read after the end of the input.
    if (closed) output.write(prompt)
    else {
      // Only a prompt that it knows survives the editing of the line.
      lines.setPrompt(prompt)
      lines.prompt()
    }
  }

  return {
    async ask(question, usual, problemWith) {
      for (;;) {
        show(usual === undefined ? `${question}: ` : `${question} [${usual}]: `)
        const { value, done } = await answers.next()
        // A terminal shows the line break that the person typed.
        if (done || !input.isTTY) output.write("\n")
        if (done) {
          throw new InputEndedError(
            `The input ended before this was answered: ${question}. Nothing was written.`,
          )
        }
        const answer = value.trim() || usual
        const problem = answer === undefined ? "is needed" : problemWith(answer)
        if (answer !== undefined && problem === undefined) return answer
        output.write(`  It ${problem}.\n`)
      }
    },
    close: () => lines.close(),
  }
}
