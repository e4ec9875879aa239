import type { Refused } from "../flow/refused.ts"

export type JsonBody = { body: unknown } | { refused: Refused }

/** Reads a JSON body of at most `maxBytes`. */
export async function readJsonBody(request: Request, maxBytes: number): Promise<JsonBody> {
  const mediaType = request.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase()
  if (mediaType !== "application/json") {
    return refused(415, "unsupported_media_type", "The body must be application/json.")
  }
  const text = await readText(request, maxBytes)
  if (text === undefined) {
    return refused(413, "body_too_large", `The body must not exceed ${maxBytes} bytes.`)
  }
  try {
    return { body: JSON.parse(text) }
  } catch {
    return refused(400, "body_not_json", "The body is not JSON.", -32700)
  }
}

function refused(
  status: Refused["status"],
  reason: Refused["reason"],
  message: string,
  rpcCode = -32000,
): JsonBody {
  return { refused: { status, reason, message, rpcCode } }
}

/** A declared length is what the server delivers at most, so the body can then be read in one piece. */
async function readText(request: Request, maxBytes: number): Promise<string | undefined> {
  const declared = request.headers.get("content-length")
  if (declared !== null) return Number(declared) <= maxBytes ? request.text() : undefined
  let text = ""
  let bytes = 0
  const decoder = new TextDecoder()
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) return undefined
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}
