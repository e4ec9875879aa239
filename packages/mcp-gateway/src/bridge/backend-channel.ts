import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js"
import type { BackendError } from "../backend.ts"
import type { Caller } from "../identity/caller.ts"

/** The way to one backend, for one session: messages in both directions. */
export interface BackendChannel {
  /** @throws {BackendError} if the message cannot get there. */
  send(message: JSONRPCMessage): Promise<void>
  /** Ends it, and what is behind it. */
  close(): Promise<void>
}

/** Who is told of what comes from the backend. */
export interface ChannelListener {
  onMessage(message: JSONRPCMessage): void
  /** Called once if it ends by itself; not after `close`. It is then to be closed. */
  onEnd(error: BackendError): void
}

/**
 * Opens a channel for a caller's new session.
 *
 * @throws {BackendError} if there is no way to the backend.
 */
export type OpenChannel = (caller: Caller, listener: ChannelListener) => Promise<BackendChannel>
