import { isLoopbackHost } from "@doorward/boundary"
import { Agent, type Dispatcher, EnvHttpProxyAgent } from "undici"

/**
 * The connections to a backend, kept alive.
 *
 * `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are honoured, but not for a backend on this machine: a
 * proxy elsewhere would take its address for its own. undici's own timeouts are off, since each request
 * brings a deadline and an event stream has none.
 */
export function backendDispatcher({ hostname }: URL, connectSeconds: number): Dispatcher {
  const options = {
    connectTimeout: connectSeconds * 1000,
    headersTimeout: 0,
    bodyTimeout: 0,
    // Shorter than the 5 seconds after which many servers close: no request is to meet a closing connection.
    keepAliveTimeout: 4000,
    allowH2: false,
  }
  return isLoopbackHost(hostname) ? new Agent(options) : new EnvHttpProxyAgent(options)
}
