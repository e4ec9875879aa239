import type { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js"
import type { z } from "zod"
import type { sdk1SessionOptions } from "./options.ts"
import type { Sdk1Server } from "./server-factory.ts"

export interface Session {
  server: Sdk1Server
  transport: WebStandardStreamableHTTPServerTransport
  /** Who opened it. */
  caller: string
  /** Milliseconds since the epoch. */
  lastUsed: number
  openStreams: number
}

type Limits = Pick<
  z.output<typeof sdk1SessionOptions>,
  "maxSessions" | "maxSessionsPerCaller" | "idleMinutes"
>

/** The sessions in the memory of this process, within their limits. */
export class LiveSessions {
  readonly #limits: Limits
  /** The session that was used last comes last. */
  readonly #sessions = new Map<string, Session>()

  constructor(limits: Limits) {
    this.#limits = limits
  }

  get(id: string): Session | undefined {
    return this.#sessions.get(id)
  }

  /** Notes that a session is in use now; adds it if it is new. */
  use(id: string, session: Session): void {
    session.lastUsed = Date.now()
    this.#sessions.delete(id)
    this.#sessions.set(id, session)
  }

  /** Forgets a session whose transport has closed. */
  forget(id: string): void {
    this.#sessions.delete(id)
  }

  async end({ server, transport }: Session): Promise<void> {
    if (transport.sessionId) this.forget(transport.sessionId)
    await server.close().catch(() => undefined)
  }

  async endAll(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => this.end(session)))
  }

  endIdle(): void {
    const limit = Date.now() - this.#limits.idleMinutes * 60_000
    for (const [id, session] of this.#sessions) {
      if (session.lastUsed > limit) return
      if (session.openStreams > 0) this.use(id, session)
      else void this.end(session)
    }
  }

  /** @returns false if there is no room, because every session is in use. */
  makeRoomFor(caller: string): boolean {
    const { maxSessions, maxSessionsPerCaller } = this.#limits
    const own = [...this.#sessions.values()].filter((session) => session.caller === caller)
    if (own[0] && own.length >= maxSessionsPerCaller) void this.end(own[0])
    if (this.#sessions.size < maxSessions) return true
    const quiet = [...this.#sessions.values()].find((session) => session.openStreams === 0)
    if (quiet) void this.end(quiet)
    return quiet !== undefined
  }
}
