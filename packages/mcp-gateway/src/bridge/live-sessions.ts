import { BackendError, type BackendFailure } from "../backend.ts"
import type { Caller } from "../identity/caller.ts"

/** What a caller has of a backend. */
export interface LiveSession {
  readonly id: string
  readonly caller: Caller
  end(): Promise<void>
}

/** How many sessions there may be, and for how long. */
export interface SessionLimits {
  maxSessions: number
  maxSessionsPerCaller: number
  idleMinutes: number
  /** What it is called when every session is in use. */
  whenFull: BackendFailure
}

interface Entry<Session extends LiveSession> {
  session: Session
  openStreams: number
  idle: ReturnType<typeof setTimeout> | undefined
  /** Set once it is ending. It counts until it has ended, since its process does. */
  ending: Promise<void> | undefined
}

/** The sessions in the memory of this process, within their limits. */
export class LiveSessions<Session extends LiveSession> {
  readonly #limits: SessionLimits
  /** The one that was used last comes last. */
  readonly #entries = new Map<string, Entry<Session>>()

  constructor(limits: SessionLimits) {
    this.#limits = limits
  }

  /** The caller's session of this id; for anybody else there is none. */
  find(id: string, caller: Caller): Session | undefined {
    const entry = this.#entries.get(id)
    const isTheirs = entry && !entry.ending && isSameCaller(entry.session.caller, caller)
    return isTheirs ? entry.session : undefined
  }

  /**
   * Adds a session, once there is room: their oldest one ends if this caller has too many, and the one
   * that has been idle for longest if there are too many in all.
   *
   * @throws {BackendError} if every session is in use.
   */
  async add(session: Session): Promise<void> {
    for (;;) {
      const surplus = this.#surplus(session.caller)
      if (!surplus) break
      await this.end(surplus.session)
    }
    const entry: Entry<Session> = { session, openStreams: 0, idle: undefined, ending: undefined }
    this.#entries.set(session.id, entry)
    this.#rest(entry)
  }

  /** Notes that a session is in use now. */
  use({ id }: LiveSession): void {
    const entry = this.#entries.get(id)
    if (!entry) return
    this.#entries.delete(id)
    this.#entries.set(id, entry)
    this.#rest(entry)
  }

  /** Notes that a stream has begun, with which the session is in use until the stream ends. */
  beginStream({ id }: LiveSession): void {
    const entry = this.#entries.get(id)
    if (!entry) return
    entry.openStreams += 1
    clearTimeout(entry.idle)
  }

  endStream({ id }: LiveSession): void {
    const entry = this.#entries.get(id)
    if (!entry) return
    entry.openStreams -= 1
    this.#rest(entry)
  }

  end({ id }: LiveSession): Promise<void> {
    const entry = this.#entries.get(id)
    if (!entry) return Promise.resolve()
    clearTimeout(entry.idle)
    entry.ending ??= entry.session.end().finally(() => this.#entries.delete(id))
    return entry.ending
  }

  async endAll(): Promise<void> {
    await Promise.all([...this.#entries.values()].map(({ session }) => this.end(session)))
  }

  #rest(entry: Entry<Session>): void {
    clearTimeout(entry.idle)
    if (entry.openStreams > 0 || isEnding(entry)) return
    entry.idle = setTimeout(() => void this.end(entry.session), this.#limits.idleMinutes * 60_000)
    entry.idle.unref()
  }

  /** One that must end before this caller can have another. */
  #surplus(caller: Caller): Entry<Session> | undefined {
    const { maxSessions, maxSessionsPerCaller, whenFull } = this.#limits
    const all = [...this.#entries.values()]
    const own = all.filter(({ session }) => isSameCaller(session.caller, caller))
    if (own.length >= maxSessionsPerCaller) return own.find(isEnding) ?? own[0]
    if (all.length < maxSessions) return undefined
    const surplus = all.find(isEnding) ?? all.find(({ openStreams }) => openStreams === 0)
    if (surplus) return surplus
    throw new BackendError(whenFull, `all ${all.length} sessions are in use`)
  }
}

function isEnding({ ending }: Entry<LiveSession>): boolean {
  return ending !== undefined
}

function isSameCaller(one: Caller, other: Caller): boolean {
  return (
    one.issuer === other.issuer && one.subject === other.subject && one.clientId === other.clientId
  )
}
