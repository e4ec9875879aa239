import type { JSONRPCRequest } from "@modelcontextprotocol/sdk/types.js"
import type { BackendEvents } from "../../backend-events.ts"
import type { Caller } from "../../identity/caller.ts"
import type { OpenChannel } from "../backend-channel.ts"
import { keepUp } from "../keep-up.ts"
import type { LiveSession, LiveSessions } from "../live-sessions.ts"
import { CallerChannel } from "./caller-channel.ts"
import { speaksStateless } from "./speaks-stateless.ts"

/** What the bridge shares with the one for sessions. */
export interface StatelessSettings {
  startSeconds: number
  open: OpenChannel
  events: BackendEvents
  /** Where its channels count. */
  sessions: LiveSessions<LiveSession>
}

/** A request that belongs to no session, and the revision that it is written in. */
export interface StatelessRequest {
  request: Request
  caller: Caller
  message: JSONRPCRequest
  version: string
}

/**
 * Serves requests without sessions (MCP 2026-07-28) by a channel for each caller. Answers `undefined` if
 * the backend does not speak such a revision, which the first request finds out.
 *
 * @throws {BackendError} if the backend could not serve the request.
 */
export function statelessBridge({ startSeconds, open, events, sessions }: StatelessSettings) {
  const channels = new Map<string, Promise<CallerChannel | undefined>>()
  let isSpoken: boolean | undefined

  async function openFor(caller: Caller, key: string, version: string) {
    const channel = new CallerChannel(caller, {
      onOver: () => void channels.delete(key),
      onFailure(error) {
        events.brokenOff(error)
        void sessions.end(channel)
      },
    })
    try {
      await sessions.add(channel)
      await channel.connect(open)
      isSpoken ??= await speaksStateless(channel, version, startSeconds)
      if (isSpoken) return channel
    } catch (error) {
      channels.delete(key)
      void sessions.end(channel)
      throw error
    }
    await sessions.end(channel)
    return undefined
  }

  function channelOf(caller: Caller, version: string): Promise<CallerChannel | undefined> {
    const key = JSON.stringify([caller.issuer, caller.subject, caller.clientId])
    const channel = channels.get(key) ?? openFor(caller, key, version)
    channels.set(key, channel)
    return channel
  }

  return async function serve(asked: StatelessRequest): Promise<Response | undefined> {
    const { request, caller, message, version } = asked
    const channel = isSpoken === false ? undefined : await channelOf(caller, version)
    if (!channel) return undefined
    sessions.use(channel)
    sessions.beginStream(channel)
    try {
      return keepUp(await channel.request(message, request.signal), () =>
        sessions.endStream(channel),
      )
    } catch (error) {
      sessions.endStream(channel)
      throw error
    }
  }
}
