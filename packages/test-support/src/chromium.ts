import { existsSync } from "node:fs"
import { type Browser, chromium } from "playwright-core"

const executablePath = process.env.DOORWARD_TEST_CHROMIUM ?? "/usr/bin/chromium"

/** Whether Chromium is installed. Without it, the tests of the pages are skipped. */
export const chromiumAtHand = existsSync(executablePath)

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath,
    // Chromium refuses to run as root with a sandbox.
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  })
