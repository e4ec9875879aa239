import { asBackend } from "../as-backend.ts"
import { type Backend, BackendError, type BackendReport } from "../backend.ts"
import { backendEvents } from "../backend-events.ts"
import type { ChannelListener } from "../bridge/backend-channel.ts"
import { bridge } from "../bridge/bridge-backend.ts"
import { inspectChannel } from "../bridge/inspect-channel.ts"
import type { Caller } from "../identity/caller.ts"
import type { SpawnServersOptions } from "../options.ts"
import { processEnvironment } from "./process-environment.ts"
import { readSpawnServersOptions } from "./read-options.ts"
import { startServer } from "./server-process.ts"

/**
 * Serves an MCP server that a command starts and that speaks over its standard input and output (MCP
 * transports, stdio): one process for each session of a caller, never shared between people.
 *
 * The command is started as it is, without a shell. A process ends with its session: when the client
 * ends it, when it has been idle, and when the backend is closed.
 *
 * @param command the program and its arguments.
 * @example
 * const app = new Hono().route("/", proxy.app)
 * const serve = spawnServers(["npx", "-y", "@modelcontextprotocol/server-everything"])
 * protectMcp(app, { path: "/mcp", proxy, serve })
 * @throws {ConfigurationError} with every mistake in the options.
 */
export function spawnServers(
  command: readonly string[],
  options: SpawnServersOptions = {},
): Backend {
  const settings = readSpawnServersOptions(command, options)
  const { name, onEvent, maxProcesses, maxProcessesPerCaller } = settings
  const closing = new AbortController()
  const inspections = new Set<Promise<unknown>>()

  const bridged = bridge({
    ...settings,
    maxSessions: maxProcesses,
    maxSessionsPerCaller: maxProcessesPerCaller,
    whenFull: "too_many_processes",
    maybeStateless: true,
    events: backendEvents(name, onEvent),
    open: (caller, listener) =>
      start(listener, caller.subject, settings.identity ? caller : undefined),
  })

  function start(listener: ChannelListener, subject: string, known: Caller | undefined) {
    const environment = processEnvironment(settings.environment, known)
    return startServer(
      { ...settings, environment },
      {
        onMessage: (message) => listener.onMessage(message),
        onEnd: (error) => listener.onEnd(error),
        onOutput: (pid, line) => onEvent?.({ type: "process.output", backend: name, pid, line }),
        onStarted: (pid) => onEvent?.({ type: "process.started", backend: name, pid, subject }),
        onEnded: (pid) => onEvent?.({ type: "process.ended", backend: name, pid, subject }),
      },
    )
  }

  async function inspect(signal?: AbortSignal): Promise<BackendReport> {
    assertOpen()
    const until = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal
    const report = inspectChannel((listener) => start(listener, "", undefined), until)
    const inspection = report.catch(() => undefined).finally(() => inspections.delete(inspection))
    inspections.add(inspection)
    return await report
  }

  function assertOpen(): void {
    if (closing.signal.aborted) throw new BackendError("unreachable", "the gateway is closing")
  }

  return asBackend(name, bridged.serve, {
    // There is nothing to reach: a process is started for each session.
    ping: async () => assertOpen(),
    inspect,
    async close() {
      closing.abort()
      await Promise.all([bridged.close(), ...inspections])
    },
  })
}
