import { addProblem, isLoopbackHost, type OptionText } from "@doorward/boundary"
import type { z } from "zod"
import { ofCommand, ofUrl, usualPath } from "./backend-schema.ts"
import { isTree, type SettingsTree, settingAt } from "./environment-settings.ts"
import { isBaseUrl } from "./schema.ts"

type Context = z.core.$RefinementCtx

const credentials = [
  "entra.clientSecret",
  "entra.certificate.path",
  "entra.federatedTokenFile",
  "entra.managedIdentity",
  "entra.publicClient",
] as const

/** Checks what concerns several settings. They are looked at as they were given, whatever else is wrong. */
export function crossChecks(given: SettingsTree, context: Context): void {
  checkCredential(given, context)
  checkAddress(given, context)
  const { backends } = given
  if (!isTree(backends)) return
  for (const [name, backend] of Object.entries(backends)) {
    if (isTree(backend)) checkBackend(`backends.${name}`, backend, context)
  }
  checkPaths(backends, context)
}

/** There must be exactly one credential: without any, the app would be a public client by accident. */
function checkCredential(given: SettingsTree, context: Context): void {
  const [first, second] = credentials.filter((path) => settingAt(given, path) !== undefined)
  const [usual, certificate, file, identity] = credentials
  if (first === undefined) {
    report(context, usual, (nameOf) => {
      const names = [certificate, file, identity].map(nameOf).join(", ")
      return `is missing; set it to the Value of a client secret, or set ${names}`
    })
  }
  if (first !== undefined && second !== undefined) {
    report(context, second, (nameOf) => `is set beside ${nameOf(first)}; keep one credential`)
  }
}

/** Prints a new secret. */
export const commandForSecret =
  "node -e \"console.log(require('crypto').randomBytes(32).toString('base64url'))\""

/** A server that others can reach needs an address of its own and a secret that outlives its disk. */
function checkAddress(given: SettingsTree, context: Context): void {
  const { baseUrl } = given
  if (baseUrl === undefined) {
    const host = settingAt(given, "listen.host") ?? "localhost"
    if (typeof host !== "string" || isLoopbackHost(host.includes(":") ? `[${host}]` : host)) return
    report(context, "baseUrl", "is missing; set it to the https address that clients use")
    return
  }
  if (typeof baseUrl !== "string" || !isBaseUrl(baseUrl)) return
  if (isLoopbackHost(new URL(baseUrl).hostname) || given.secret !== undefined) return
  report(context, "secret", `is missing; make one with: ${commandForSecret}`)
}

function checkBackend(path: string, backend: SettingsTree, context: Context): void {
  const { url, command } = backend
  if (url === undefined && command === undefined) {
    report(context, path, "must have a url, or a command that starts the server")
  }
  if (url !== undefined && command !== undefined) {
    report(
      context,
      `${path}.command`,
      (nameOf) => `cannot be combined with ${nameOf(`${path}.url`)}`,
    )
    return
  }
  const foreign = command === undefined ? ofCommand : ofUrl
  for (const name of foreign.filter((each) => backend[each] !== undefined)) {
    const owner = command === undefined ? "a command" : "a url"
    report(context, `${path}.${name}`, `is only for a backend with ${owner}; remove it`)
  }
  if (backend.open !== undefined && (command !== undefined || backend.transport === "sse")) {
    const message =
      "is only for a server over Streamable HTTP: others keep a session for each caller"
    report(context, `${path}.open`, message)
  }
  if (command !== undefined && isTree(backend.identity)) {
    report(context, `${path}.identity`, "must be true or false for a backend with a command")
  }
}

/** The paths of the server itself, or what begins with one of them, is no place for a backend. */
const ownPaths =
  /^\/(authorize|consent|auth|device|device_authorization|token|register|revoke|introspect|par|grants|healthz|readyz|\.well-known)(\/|$)/

function checkPaths(backends: SettingsTree, context: Context): void {
  const taken = new Map<string, string>()
  for (const [name, backend] of Object.entries(backends)) {
    const given = isTree(backend) ? backend.path : undefined
    const path = typeof given === "string" ? given : usualPath(name)
    const option = given === undefined ? `backends.${name}` : `backends.${name}.path`
    const other = taken.get(path)
    if (other !== undefined) {
      report(context, option, (nameOf) => `has the path ${path}, as ${nameOf(other)} has`)
    }
    taken.set(path, option)
    if (ownPaths.test(path)) report(context, option, `has the path ${path}, which the server needs`)
  }
}

const report = (context: Context, path: string, message: OptionText) =>
  addProblem(context, path.split("."), message)
