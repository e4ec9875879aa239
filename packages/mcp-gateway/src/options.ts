import type { OAuthProxy } from "@doorward/oauth-core"
import type { BackendEvent } from "./backend.ts"

/** What every kind of backend takes. */
export interface BackendOptions {
  /** The name in logs and errors; session ids are bound to it. Default: the host, or the command's name. */
  name?: string | undefined
  /** Called with what happens at the backend, for a log or a metric. Default: nothing is called. */
  onEvent?: ((event: BackendEvent) => void) | undefined
}

/** What `forwardTo` takes. */
export interface ForwardToOptions extends BackendOptions {
  /**
   * The secret that seals session ids: 32 random bytes in base64url, base64 or hex, the same on every
   * instance. To rotate it, pass a list (or one comma-separated string): the first one seals, all of
   * them can open.
   */
  secret: string | readonly string[]
  /**
   * How the backend speaks: `streamable-http`, or `sse` for the HTTP+SSE transport of 2024-11-05.
   * Default: `streamable-http`.
   */
  transport?: "streamable-http" | "sse" | undefined
  /** How the backend learns who is calling. Default: not at all. */
  identity?: IdentityOptions | undefined
  /** Headers for every request, such as an API key of the backend. Default: none. */
  headers?: Readonly<Record<string, string>> | undefined
  /** Seconds until the connection must stand. Default: 5. */
  connectSeconds?: number | undefined
  /** Seconds until an answer must begin; an event stream may then stay open. Default: 300. */
  answerSeconds?: number | undefined
  /** Requests on their way at once, open streams not counted. Default: 256. */
  maxInFlight?: number | undefined
  /** Event streams open at once. Default: 10000. */
  maxStreams?: number | undefined
  /** The longest answer that is not an event stream, in bytes. Default: 33554432 (32 MiB). */
  maxAnswerBytes?: number | undefined
}

/** How a backend learns who is calling. The caller's own token never goes there. */
export interface IdentityOptions {
  /**
   * Sends `X-Doorward-Subject`, `-Email`, `-Name`, `-Tenant`, `-Roles`, `-Groups`, `-Client` and
   * `-Scopes`. Anybody who reaches the backend beside the gateway can set them too. Default: false.
   */
  headers?: boolean | undefined
  /** Sends a signed assertion: a JWT for this backend that is good for 60 seconds. Default: none. */
  assertion?: AssertionOptions | undefined
  /** Sends a token of the identity provider, got on behalf of the caller. Default: none. */
  upstreamToken?: UpstreamTokenOptions | undefined
}

/** How the assertion is made and sent. */
export interface AssertionOptions {
  /** Signs it: what `oauthProxy` returned. */
  proxy: AssertionSigner
  /** Its `aud`. Default: the backend's URL. */
  audience?: string | undefined
  /** The header that it is sent in. Default: `X-Doorward-Assertion`. */
  header?: string | undefined
}

/** What signs assertions; what `oauthProxy` returned has it. */
export type AssertionSigner = Pick<OAuthProxy, "signAssertion">

/** Which token of the identity provider is sent, and how. */
export interface UpstreamTokenOptions {
  /** The scopes of one API, such as `User.Read` or `api://backend/.default`. */
  scopes: readonly string[]
  /** The header that it is sent in; in `Authorization` it follows `Bearer`. Default: `Authorization`. */
  header?: string | undefined
}

/** What `spawnServers` takes. */
export interface SpawnServersOptions extends BackendOptions {
  /**
   * Variables for the process. It gets these, `PATH`, `HOME` and the like, and nothing else of this
   * process's environment. Default: none.
   */
  environment?: Readonly<Record<string, string>> | undefined
  /** The folder that it runs in. Default: the current one. */
  cwd?: string | undefined
  /**
   * Tells the process whose it is by the variables `DOORWARD_SUBJECT`, `_EMAIL`, `_NAME`, `_TENANT`,
   * `_ROLES`, `_GROUPS`, `_CLIENT` and `_SCOPES`. Default: false.
   */
  identity?: boolean | undefined
  /** Processes at once. Beyond it, one that is not in use ends. Default: 100. */
  maxProcesses?: number | undefined
  /** Processes of one user with one client. Beyond it, their oldest one ends. Default: 5. */
  maxProcessesPerCaller?: number | undefined
  /** Minutes without a request and without an open stream after which a process ends. Default: 30. */
  idleMinutes?: number | undefined
  /** Seconds until the process must have answered its first request. Default: 30. */
  startSeconds?: number | undefined
}
