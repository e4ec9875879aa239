import { plainText } from "@doorward/boundary"
import type { z } from "zod"
import { type Run, Stop } from "../step.ts"

/** The first of the URLs that serves JSON, as `schema` reads it; `undefined` if none does. */
export async function fetchFirst<T>(
  run: Run,
  urls: readonly URL[],
  schema: z.ZodType<T>,
): Promise<{ value: T; url: URL } | undefined> {
  for (const url of urls) {
    const response = await run.fetch(new Request(url, { headers: { accept: "application/json" } }))
    if (!response.ok) continue
    return { value: await readJson(response, schema, url), url }
  }
  return undefined
}

/** @throws {Stop} that says what is wrong with the document. */
export async function readJson<T>(response: Response, schema: z.ZodType<T>, url: URL): Promise<T> {
  const json: unknown = await response.json().catch(() => {
    throw new Stop(`${url} is not JSON.`)
  })
  const parsed = schema.safeParse(json, { error: plainText })
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new Stop(`${url}: ${issue?.path.join(".") || "the document"} ${issue?.message}.`)
}
