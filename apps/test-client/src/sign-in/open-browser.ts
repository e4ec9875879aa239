import { spawn } from "node:child_process"
import { once } from "node:events"

const COMMANDS: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
}

/**
 * Opens a web page in the system's browser, without a shell that could read something into the URL.
 *
 * @throws {TypeError} if the URL is not http or https.
 * @returns whether a browser could be started.
 */
export async function openBrowser(url: URL, platform = process.platform): Promise<boolean> {
  if (!/^https?:$/.test(url.protocol)) throw new TypeError(`not a web page: ${url.protocol}`)
  const [command, ...parameters] = COMMANDS[platform] ?? ["xdg-open"]
  const child = spawn(command, [...parameters, url.href], { stdio: "ignore", detached: true })
  try {
    await once(child, "spawn")
    child.unref()
    return true
  } catch {
    return false
  }
}
