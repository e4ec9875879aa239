import { listenForCallback } from "./loopback-listener.ts"
import { openBrowser } from "./open-browser.ts"
import type { SignIn } from "./sign-in.ts"

export interface SystemBrowserOptions {
  /** A loopback URL. Default: `http://127.0.0.1:0/callback`, on a free port. */
  redirectUri?: string
  /** Milliseconds to wait for the person. Default: 5 minutes. */
  timeout?: number
  /** Is told where the person has to go. */
  onUrl?: (url: URL, opened: boolean) => void
  /** Opens the page; answers whether it could. Default: the system's browser. */
  open?: (url: URL) => Promise<boolean>
}

/** Lets a person sign in with their own browser, and listens on loopback for the callback. */
export async function systemBrowserSignIn(options: SystemBrowserOptions = {}): Promise<SignIn> {
  const { redirectUri = "http://127.0.0.1:0/callback", timeout = 300_000, onUrl } = options
  const { open = openBrowser } = options
  const listener = await listenForCallback(redirectUri)
  return {
    redirectUri: listener.redirectUri,
    async visit(url) {
      const opened = await open(url)
      onUrl?.(url, opened)
      return listener.callback(timeout)
    },
    close: () => listener.close(),
  }
}
