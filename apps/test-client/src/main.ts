#!/usr/bin/env node
import { type CliOptions, parseCliOptions, USAGE, UsageError } from "./cli-options.ts"
import { runFlow } from "./flow.ts"
import { reasonOf } from "./http/exchange.ts"
import { terminalReport } from "./report/terminal.ts"
import { headlessSignIn } from "./sign-in/headless.ts"
import type { SignIn } from "./sign-in/sign-in.ts"
import { systemBrowserSignIn } from "./sign-in/system-browser.ts"
import { serveWebPage } from "./web/serve-web-page.ts"

process.exitCode = await main()

/** @returns the exit code. */
async function main(): Promise<number> {
  try {
    const options = parseCliOptions(process.argv.slice(2), process.env)
    if (options.mode === "help") {
      process.stdout.write(`${USAGE}\n`)
      return 0
    }
    if (options.mode === "web" || !options.url) return await web(options)
    return await flow(options, options.url)
  } catch (error) {
    process.stderr.write(`${reasonOf(error)}\n`)
    if (error instanceof UsageError) process.stderr.write("--help lists the options.\n")
    return error instanceof UsageError ? 2 : 1
  }
}

async function flow(options: CliOptions, url: URL): Promise<number> {
  const report = options.json ? undefined : terminalReport(process.stdout)
  const result = await runFlow({
    url,
    era: options.era,
    timeoutMilliseconds: options.timeout,
    tool: options.tool,
    scope: options.scope,
    clientId: options.clientId,
    clientSecret: options.clientSecret,
    clientMetadataUrl: options.clientMetadataUrl,
    signIn: await signInWay(options),
    onEvent: report?.onEvent,
  })
  if (report) report.finish(result)
  else process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
  return result.ok ? 0 : 1
}

async function signInWay({ mode, user, redirectUri, port, timeout }: CliOptions): Promise<SignIn> {
  if (mode === "headless") {
    const fixed = redirectUri ?? (port ? `http://127.0.0.1:${port}/callback` : undefined)
    return headlessSignIn({ user, redirectUri: fixed })
  }
  return systemBrowserSignIn({
    redirectUri: redirectUri ?? `http://127.0.0.1:${port}/callback`,
    timeoutMilliseconds: timeout * 10,
    onUrl: (url, opened) => {
      const how = opened ? "Your browser opens" : "Open this page in a browser"
      process.stderr.write(`${how}:\n  ${url.href}\n\n`)
    },
  })
}

/** Serves the page until Ctrl-C. */
async function web({ url, port, timeout }: CliOptions): Promise<number> {
  const page = await serveWebPage({
    port: port || 8400,
    timeout,
    ...(url && { url: url.href }),
  })
  process.stdout.write(`The test client's page is at ${page.url}\n`)
  await new Promise((resolve) => {
    process.once("SIGINT", resolve)
    process.once("SIGTERM", resolve)
  })
  await page.close()
  return 0
}
