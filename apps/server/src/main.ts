#!/usr/bin/env node
import { existsSync } from "node:fs"
import { enableCompileCache } from "node:module"

enableCompileCache()
if (existsSync(".env")) process.loadEnvFile(".env")
const { runCommand } = await import("./commands/run-command.ts")

process.exitCode = await runCommand(
  process.argv.slice(2),
  { environment: process.env, print: (line) => console.log(line) },
  (line) => console.error(line),
)
