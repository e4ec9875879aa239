import type { Readable } from "node:stream"

/** The first line that a program writes which matches. @throws if it ends without one. */
export function lineMatching(stream: Readable, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ""
    stream.on("data", (chunk: Buffer) => {
      text += chunk
      const line = text.split("\n").find((candidate) => pattern.test(candidate.trim()))
      if (line) resolve(line.trim())
    })
    stream.on("end", () => reject(new Error(`no line matched; it said: ${text.slice(-2000)}`)))
  })
}
