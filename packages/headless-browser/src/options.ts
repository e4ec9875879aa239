import { functionOption, readOptions } from "@doorward/boundary"
import { z } from "zod"
import { withoutQuery } from "./site.ts"

/** What a headless browser is made with. Every option has a default. */
export interface HeadlessBrowserOptions {
  /** Answers each request; `app.request` of a Hono app fits. Default: the global `fetch`. */
  fetch?: ((request: Request) => Response | Promise<Response>) | undefined
  /**
   * Where to stop instead of sending a request, such as a client's redirect URI: one URI or several,
   * whose query and fragment are not compared, or a function that decides for each URL. Default: only
   * at schemes other than http and https, where the browser always stops.
   */
  stopAt?: string | readonly string[] | ((url: URL) => boolean) | undefined
  /** Tells the time for the expiry of cookies, in milliseconds since the epoch. Default: `Date.now`. */
  now?: (() => number) | undefined
}

const uri = z.string().refine((text) => URL.canParse(text), "must be a URL")

const optionsSchema = z.strictObject({
  fetch: functionOption<(request: Request) => Response | Promise<Response>>().optional(),
  stopAt: z
    .union([uri, z.array(uri).readonly(), functionOption<(url: URL) => boolean>()])
    .optional(),
  now: functionOption<() => number>().optional(),
}) satisfies z.ZodType<HeadlessBrowserOptions>

/** Checks the options and fills in their defaults. */
export function readBrowserOptions(options: HeadlessBrowserOptions) {
  const { fetch, stopAt = [], now } = readOptions("headlessBrowser", optionsSchema, options)
  return {
    send: fetch ?? ((request: Request) => globalThis.fetch(request)),
    isStop: typeof stopAt === "function" ? stopAt : isOneOf([stopAt].flat()),
    now: now ?? Date.now,
  }
}

function isOneOf(uris: readonly string[]): (url: URL) => boolean {
  const stops = new Set(uris.map((uri) => withoutQuery(new URL(uri))))
  return (url) => stops.has(withoutQuery(url))
}
