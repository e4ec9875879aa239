import { existsSync } from "node:fs"
import { type Browser, chromium } from "playwright-core"

const executablePath = process.env.DOORWARD_TEST_CHROMIUM ?? "/usr/bin/chromium"

/** Whether there is a Chromium to test with; without one, the tests of the pages are skipped. */
export const chromiumAtHand = existsSync(executablePath)

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath,
    // Chromium refuses to run as root with its sandbox.
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  })
