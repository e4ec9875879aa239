import {
  type AssertionSigner,
  type Backend,
  type BackendEvent,
  forwardTo,
  spawnServers,
} from "@doorward/mcp-gateway"
import type { BackendSettings } from "../configuration/backend-schema.ts"
import { defined } from "../configuration/defined.ts"
import type { Configuration } from "../configuration/read-configuration.ts"
import type { Logger } from "../operations/log.ts"
import { fromSettings } from "../wrong-setting.ts"
import { logBackendEvent } from "./log-backend-event.ts"

/** What every backend stands on. */
export interface BackendContext {
  configuration: Configuration
  /** The path of the backend's settings. */
  setting: string
  /** Signs assertions. */
  proxy: AssertionSigner
  /** Seals session ids. */
  secret: string | readonly string[]
  log: Logger
}

/** @throws {ConfigurationError} naming each setting. */
export const createBackend = (
  name: string,
  settings: BackendSettings,
  context: BackendContext,
): Backend =>
  fromSettings(
    context.configuration,
    (option) => (option === "secret" ? option : `${context.setting}.${option}`),
    () => backendOf(name, settings, context),
  )

function backendOf(
  name: string,
  settings: BackendSettings,
  { proxy, secret, log }: BackendContext,
): Backend {
  const onEvent = (event: BackendEvent) => logBackendEvent(log, event)
  const { url, command } = settings
  if (url === undefined) {
    return spawnServers(command ?? [], {
      name,
      onEvent,
      identity: settings.identity === true,
      environment: settings.environment,
      cwd: settings.cwd,
      maxProcesses: settings.maxProcesses,
      maxProcessesPerCaller: settings.maxProcessesPerCaller,
      idleMinutes: settings.idleMinutes,
      startSeconds: settings.startSeconds,
    })
  }
  return forwardTo(url, {
    name,
    secret,
    onEvent,
    transport: settings.transport,
    identity: identityOf(settings.identity, proxy),
    headers: settings.headers,
    connectSeconds: settings.connectSeconds,
    answerSeconds: settings.answerSeconds,
    maxInFlight: settings.maxInFlight,
    maxStreams: settings.maxStreams,
    maxAnswerBytes: settings.maxAnswerBytes,
  })
}

/** `true` is both ways that need no further settings. */
function identityOf(identity: BackendSettings["identity"], proxy: AssertionSigner) {
  if (identity === undefined || identity === false) return undefined
  if (identity === true) return { headers: true, assertion: { proxy } }
  const { headers, assertion, upstreamToken } = identity
  return defined({
    headers,
    assertion: assertion ? { proxy, ...(assertion === true ? {} : defined(assertion)) } : undefined,
    upstreamToken,
  })
}
