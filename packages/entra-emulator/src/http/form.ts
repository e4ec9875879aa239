import { BodyTooLargeError, readBoundedBody } from "@doorward/boundary"
import type { Context } from "hono"

const maxFormBytes = 256 * 1024
const key = "form"

/**
 * The urlencoded body of a request. It is empty if there is none, or if it is too large.
 *
 * The form is kept, because a body can be read only once and a fault may read it before the endpoint does.
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
