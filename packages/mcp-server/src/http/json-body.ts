import { BodyTooLargeError, readBoundedBody } from "@doorward/boundary"
import {
  bodyAlreadyRead,
  bodyNotJson,
  bodyTooLarge,
  type Refused,
  unsupportedMediaType,
} from "../refusals.ts"

/** `text` is missing if a framework has parsed the body. */
export type JsonBody = { body: unknown; text?: string } | { refused: Refused }

/**
 * The JSON body of a request, of at most `maxBytes`.
 *
 * @param parsedBody what a framework has parsed already. How many bytes that were is known only if the
 * request declares it, and not at all if they were compressed: the limit is then the framework's.
 */
export async function readJsonBody(
  request: Request,
  maxBytes: number,
  parsedBody: unknown,
): Promise<JsonBody> {
  const mediaType = request.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase()
  if (mediaType !== "application/json") return { refused: unsupportedMediaType }
  const declared = request.headers.get("content-length")
  if (declared !== null && !(Number(declared) <= maxBytes)) {
    return { refused: bodyTooLarge(maxBytes) }
  }
  if (parsedBody !== undefined) {
    return isParsedJson(parsedBody) ? { body: parsedBody } : { refused: bodyNotJson }
  }
  let text: string
  try {
    text = declared === null ? await readText(request, maxBytes) : await request.text()
  } catch (error) {
    if (error instanceof BodyTooLargeError) return { refused: bodyTooLarge(maxBytes) }
    if (error instanceof TypeError) return { refused: bodyAlreadyRead(error) }
    throw error
  }
  try {
    return { body: JSON.parse(text), text }
  } catch {
    return { refused: bodyNotJson }
  }
}

/** Only for bodies of undeclared length: a declared length is what the server delivers at most. */
async function readText({ body }: Request, maxBytes: number): Promise<string> {
  return new TextDecoder().decode(await readBoundedBody(body, maxBytes))
}

/** A text or bytes have not been parsed: what they call would escape the tool policies. */
const isParsedJson = (body: unknown) => typeof body === "object" && !ArrayBuffer.isView(body)
