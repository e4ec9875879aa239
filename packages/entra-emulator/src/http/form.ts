import { BodyTooLargeError, readBoundedBody } from "@doorward/boundary"
import type { Context } from "hono"

const maxFormBytes = 256 * 1024
const key = "form"

/**
 * The urlencoded body of a request, empty if it has none or too large a one.
 *
 * It is kept with the request, because a fault may have looked at it before the endpoint does.
 */
export async function readForm(c: Context): Promise<URLSearchParams> {
  const known: URLSearchParams | undefined = c.get(key)
  if (known) return known
  const form = new URLSearchParams(await readText(c))
  c.set(key, form)
  return form
}

async function readText(c: Context): Promise<string> {
  const type = c.req.header("content-type") ?? ""
  if (!type.toLowerCase().startsWith("application/x-www-form-urlencoded")) return ""
  try {
    return new TextDecoder().decode(await readBoundedBody(c.req.raw.body, maxFormBytes))
  } catch (error) {
    if (error instanceof BodyTooLargeError) return ""
    throw error
  }
}
