import type { Context } from "hono"

/** Bytes. */
const maxFormSize = 256 * 1024

/** The urlencoded body of a request; hono keeps the text, so it can be read more than once. */
export async function readForm(c: Context): Promise<URLSearchParams> {
  const type = c.req.header("content-type") ?? ""
  if (!type.toLowerCase().startsWith("application/x-www-form-urlencoded")) {
    return new URLSearchParams()
  }
  const text = await c.req.text()
  return new URLSearchParams(text.length > maxFormSize ? "" : text)
}
