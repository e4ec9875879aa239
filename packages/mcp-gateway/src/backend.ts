import type { ServeMcp, ServeOpen } from "@doorward/mcp-server"

/** An MCP server behind the gateway: a `serve` for `mcpGuard` and `protectMcp`, and what operating it takes. */
export interface Backend extends ServeMcp {
  /** The name in logs and errors. */
  readonly name: string
  /**
   * Serves requests of nobody in particular, for `open` of `mcpGuard` and `protectMcp`: the server learns
   * nothing of a caller. Absent for a server that keeps a process or a connection for each caller.
   */
  readonly serveOpen?: ServeOpen
  /**
   * Finds out whether requests can get there now, without being a client of the server.
   *
   * @throws {BackendError} if they cannot.
   */
  ping(signal?: AbortSignal): Promise<void>
  /**
   * Connects as a client, without any identity, and asks what the server is and what it offers.
   *
   * @throws {BackendError} if it cannot be reached, or does not speak MCP.
   */
  inspect(signal?: AbortSignal): Promise<BackendReport>
  /** Ends every stream, connection and process. Requests are refused from then on. */
  close(): Promise<void>
}

/** What a backend says about itself. */
export interface BackendReport {
  /** The protocol version that was agreed on, such as `2025-11-25`. */
  protocolVersion: string
  /** The server's own name and version. */
  server: { name: string; version: string }
  /** The names of its tools. */
  tools: readonly string[]
  /** The names of its prompts. */
  prompts: readonly string[]
  /** The URIs of its resources. */
  resources: readonly string[]
  /** The URI templates of its resources (RFC 6570). */
  resourceTemplates: readonly string[]
}

/** Why a backend could not serve a request. The values are stable: they may be matched on and counted. */
export type BackendFailure =
  | "unreachable"
  | "timed_out"
  | "closed_early"
  | "not_mcp"
  | "refused"
  | "too_large"
  | "too_many_requests"
  | "too_many_processes"
  | "process_ended"
  | "assertion"
  | "upstream_token"
  | "upstream_unavailable"

/** Why a request never got to a backend. The values are stable: they may be matched on and counted. */
export type BackendRefusal =
  | "session_unknown"
  | "session_missing"
  | "version_unsupported"
  | "id_in_use"
  | "body_not_message"
  | "body_ambiguous"
  | "body_too_deep"
  | "header_mismatch"

/** A backend that could not serve a request. */
export class BackendError extends Error {
  override readonly name = "BackendError"
  /** Why. */
  readonly failure: BackendFailure

  /** @param message for the operator; a client sees a text of ours. */
  constructor(failure: BackendFailure, message: string, options?: ErrorOptions) {
    super(message, options)
    this.failure = failure
  }
}

/** What happens at a backend, for a log or a metric. Nothing in it is secret, except perhaps `cause`. */
export type BackendEvent =
  | {
      type: "backend.failed"
      /** The backend's name. */
      backend: string
      /** Why it could not serve the request. */
      failure: BackendFailure
      /** The HTTP status that was sent; none if the answer had begun. */
      status?: number
      /** The error behind it. For a log only. */
      cause?: unknown
    }
  | {
      type: "request.refused"
      /** The backend's name. */
      backend: string
      /** Why the request went no further. */
      reason: BackendRefusal
      /** The HTTP status that was sent. */
      status: number
      /** Whose request it was: the subject of their token. */
      subject: string
      /** The client that the token was issued to; empty if it names none. */
      clientId: string
    }
  | {
      type: "process.started" | "process.ended"
      /** The backend's name. */
      backend: string
      /** The process's id. */
      pid: number
      /** Whose it is: the subject of their tokens. Empty if it was started for `inspect`. */
      subject: string
    }
  | {
      type: "process.output"
      /** The backend's name. */
      backend: string
      /** The process's id. */
      pid: number
      /** A line that it wrote to its standard error, cut to a bounded length. */
      line: string
    }
