import { Client, type Transport } from "@modelcontextprotocol/client"
import { BackendError, type BackendReport } from "../backend.ts"
import { reportOf } from "../report-of.ts"
import type { BackendChannel, ChannelListener } from "./backend-channel.ts"

/** How long all of it may take. */
const INSPECTION_SECONDS = 30

/** The way to a backend that belongs to nobody. */
type OpenInspection = (listener: ChannelListener) => Promise<BackendChannel>

/**
 * Connects as a client over a channel of its own, asks for the lists, and ends it. A server that speaks
 * no revision with sessions is asked again without one.
 *
 * @throws {BackendError} if there is no way to the backend, or it does not speak MCP.
 */
export async function inspectChannel(
  open: OpenInspection,
  signal: AbortSignal,
): Promise<BackendReport> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(INSPECTION_SECONDS * 1000)])
  try {
    return await inspectAs("legacy", open, until)
  } catch (error) {
    if (until.aborted || !(error instanceof BackendError) || error.failure !== "not_mcp")
      throw error
    return await inspectAs("auto", open, until)
  }
}

async function inspectAs(mode: "legacy" | "auto", open: OpenInspection, until: AbortSignal) {
  const info = { name: "doorward", version: "1.0.0" }
  const client = new Client(info, { versionNegotiation: { mode } })
  const transport = new ChannelTransport(open)
  try {
    await client.connect(transport, { signal: until })
    return await reportOf(client, until)
  } catch (error) {
    if (transport.failure) throw transport.failure
    throw new BackendError("not_mcp", "it does not speak MCP", { cause: error })
  } finally {
    await transport.close()
  }
}

/** A channel as a client of the SDK takes it. */
class ChannelTransport implements Transport {
  failure: BackendError | undefined
  onmessage?: Transport["onmessage"]
  onclose?: Transport["onclose"]
  readonly #open: OpenInspection
  #channel: BackendChannel | undefined

  constructor(open: OpenInspection) {
    this.#open = open
  }

  async start(): Promise<void> {
    try {
      this.#channel = await this.#open({
        onMessage: (message) => this.onmessage?.(message),
        onEnd: (error) => {
          this.failure = error
          this.onclose?.()
        },
      })
    } catch (error) {
      if (error instanceof BackendError) this.failure = error
      throw error
    }
  }

  async send(message: Parameters<BackendChannel["send"]>[0]): Promise<void> {
    await this.#channel?.send(message)
  }

  async close(): Promise<void> {
    await this.#channel?.close()
    this.onclose?.()
  }
}
