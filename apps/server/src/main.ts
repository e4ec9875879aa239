#!/usr/bin/env node
import { existsSync } from "node:fs"
import { enableCompileCache } from "node:module"

enableCompileCache()
if (existsSync(".env")) process.loadEnvFile(".env")
const { ConfigurationProblems } = await import("./configuration.ts")
const { startServer } = await import("./start.ts")

try {
  const server = await startServer(process.env)
  console.log(`Doorward listens on ${server.url}`)
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void server.close().then(() => process.exit(0)))
  }
} catch (error) {
  if (!(error instanceof ConfigurationProblems)) throw error
  console.error(error.message)
  process.exitCode = 1
}
