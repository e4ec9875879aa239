import { functionOption, isLoopbackHost, type OptionFields, readOptions } from "@doorward/boundary"
import { z } from "zod"
import { listenForCallback } from "./loopback-listener.ts"
import { openBrowser } from "./open-browser.ts"
import type { SignIn } from "./sign-in.ts"

/** The options of `systemBrowserSignIn`. */
export interface SystemBrowserOptions {
  /** An http URL on this machine; port 0, or none, takes a free one. Default: `http://127.0.0.1:0/callback`. */
  redirectUri?: string | undefined
  /** How long to wait for the person, in milliseconds. Default: 300,000, five minutes. */
  timeoutMilliseconds?: number | undefined
  /** Is called with the address that the person has to go to, and whether a browser opened it. Default: nothing is called. */
  onUrl?: ((url: URL, opened: boolean) => void) | undefined
  /** Opens the page; resolves to whether it could. Default: the system's browser. */
  open?: ((url: URL) => Promise<boolean>) | undefined
}

/** Whether a client on this machine can be reached at a URL (RFC 8252 §7.3). */
export function isLoopbackUrl(text: string): boolean {
  const url = URL.parse(text)
  return url?.protocol === "http:" && isLoopbackHost(url.hostname)
}

const optionsSchema = z.strictObject({
  redirectUri: z
    .string()
    .refine(
      isLoopbackUrl,
      "must be an http URL on this machine, such as http://127.0.0.1:0/callback",
    )
    .default("http://127.0.0.1:0/callback"),
  timeoutMilliseconds: z.int().min(1).default(300_000),
  onUrl: functionOption<(url: URL, opened: boolean) => void>().optional(),
  open: functionOption<(url: URL) => Promise<boolean>>().optional(),
} satisfies OptionFields<SystemBrowserOptions>)

/**
 * Lets a person sign in with their own browser, and listens on loopback for the callback.
 *
 * @throws {ConfigurationError} naming every option that is wrong or unknown.
 */
export async function systemBrowserSignIn(options: SystemBrowserOptions = {}): Promise<SignIn> {
  const read = readOptions("systemBrowserSignIn", optionsSchema, options)
  const { redirectUri, timeoutMilliseconds, onUrl, open = openBrowser } = read
  const listener = await listenForCallback(redirectUri)
  return {
    redirectUri: listener.redirectUri,
    async visit(url) {
      const opened = await open(url)
      onUrl?.(url, opened)
      return listener.callback(timeoutMilliseconds)
    },
    close: () => listener.close(),
  }
}
