import { fileURLToPath } from "node:url"
import type { JWTPayload } from "jose"
import { onTestFinished } from "vitest"
import {
  type Backend,
  type BackendEvent,
  type SpawnServersOptions,
  spawnServers,
} from "../../src/index.ts"
import { type Guarded, type GuardedOptions, guarded, toolCall } from "./guarded-backend.ts"

const run = (file: URL, args: readonly string[]): string[] => [
  process.execPath,
  fileURLToPath(file),
  ...args,
]

/** A server whose tools misbehave as they are told. */
export const scripted = (...args: string[]): string[] =>
  run(new URL("./servers/scripted.mjs", import.meta.url), args)

/** A server of the SDK 2.x, for clients with and without sessions. */
export const twoEras = (...args: string[]): string[] =>
  run(new URL("./servers/two-eras.mjs", import.meta.url), args)

/** The reference server of npm, as it is published. */
export const everything = (...args: string[]): string[] => [
  process.execPath,
  fileURLToPath(import.meta.resolve("@modelcontextprotocol/server-everything/dist/index.js")),
  ...args,
]

export interface Spawning extends Guarded {
  backend: Backend
  events: BackendEvent[]
  /** Begins a session. */
  begin(claims?: JWTPayload): Promise<RawSession>
}

/** A session without a client of an SDK, to see what is on the wire. */
export interface RawSession {
  id: string
  send(init?: RequestInit, claims?: JWTPayload): Promise<Response>
  post(body: unknown, claims?: JWTPayload): Promise<Response>
  /** The text that a tool answers with. */
  call(tool: string, args?: object, id?: number | string): Promise<string>
}

export const initialize = {
  jsonrpc: "2.0",
  id: "init",
  method: "initialize",
  params: {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "t", version: "1" },
  },
}

/** A guarded gateway that starts servers. All of them end with the test. */
export async function spawning(
  command: readonly string[],
  options: SpawnServersOptions = {},
  guard: GuardedOptions = {},
): Promise<Spawning> {
  const events: BackendEvent[] = []
  const backend = spawnServers(command, { onEvent: (event) => events.push(event), ...options })
  onTestFinished(() => backend.close())
  const gateway = await guarded(backend, guard)
  return { ...gateway, backend, events, begin: (claims) => beginSession(gateway, claims) }
}

export async function beginSession(
  { send, post }: Guarded,
  claims: JWTPayload = {},
): Promise<RawSession> {
  const response = await post(initialize, { claims })
  const id = response.headers.get("mcp-session-id") ?? ""
  await response.text()
  const headers = { "mcp-session-id": id, "mcp-protocol-version": "2025-11-25" }
  const session: RawSession = {
    id,
    send: (init, theirs = claims) =>
      send({ ...init, headers: { ...headers, ...Object(init?.headers) } }, theirs),
    post: (body, theirs = claims) => post(body, { headers, claims: theirs }),
    async call(tool, args = {}, callId = 1) {
      const [answer] = (await messages(await session.post(toolCall(tool, args, callId)))).slice(-1)
      return Object(answer).result.content[0].text
    },
  }
  return session
}

/** The messages of a stream that ends. */
export async function messages(response: Response): Promise<unknown[]> {
  return (await response.text())
    .split("\n")
    .filter((line) => line.startsWith("data: {"))
    .map((line) => JSON.parse(line.slice("data: ".length)))
}

/** The ids of the processes that have been started. */
export function startedIn(events: readonly BackendEvent[]): number[] {
  return events.flatMap((event) => (event.type === "process.started" ? [event.pid] : []))
}

export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
