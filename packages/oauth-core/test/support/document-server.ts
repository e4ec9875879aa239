import { DocumentError, type DocumentFetcher } from "../../src/index.ts"

/** A host's answer: a document, a status, or a failure. */
export type Answer =
  | { json: unknown; headers?: Record<string, string>; status?: number }
  | { text: string }
  | { status: number }
  | { failure: "timeout" | "refused" }

/** An in-memory web where clients publish their documents. */
export function documentServer() {
  const answers = new Map<string, Answer>()
  const requests: string[] = []
  const fetcher: DocumentFetcher = async (url, { maxBytes }) => {
    requests.push(url.href)
    // Requests take a moment, so that they overlap.
    await new Promise((resolve) => setImmediate(resolve))
    const answer = answers.get(url.href) ?? { status: 404 }
    if ("failure" in answer) {
      throw new DocumentError("the host did not answer", answer.failure === "timeout")
    }
    const status = ("status" in answer ? answer.status : undefined) ?? 200
    const text =
      "json" in answer ? JSON.stringify(answer.json) : "text" in answer ? answer.text : ""
    const body = new TextEncoder().encode(text)
    if (body.length > maxBytes) throw new DocumentError(`larger than ${maxBytes} bytes`, false)
    return { status, headers: new Headers("headers" in answer ? answer.headers : {}), body }
  }
  return {
    fetcher,
    /** Every URL that was fetched, in order. */
    requests,
    serve: (url: string, answer: Answer) => void answers.set(url, answer),
  }
}
