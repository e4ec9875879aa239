import { Agent, request } from "undici"

const dispatcher = new Agent({ connections: 64 })
/** How the server answers: it depends on the revision that the client speaks. */
export type Answers = "JSON" | "an event stream"

const call = (params: object) =>
  JSON.stringify({
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name: "greet", arguments: { text: "x".repeat(200) }, ...params },
  })

const requests: Record<Answers, { body: string; headers: Readonly<Record<string, string>> }> = {
  JSON: {
    headers: {
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": "tools/call",
      "mcp-name": "greet",
    },
    body: call({
      _meta: {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { name: "bench", version: "1.0.0" },
        "io.modelcontextprotocol/clientCapabilities": {},
      },
    }),
  },
  "an event stream": { headers: { "mcp-protocol-version": "2025-11-25" }, body: call({}) },
}

/** Calls a tool `count` times, `inFlight` at once. @returns the milliseconds that each call took. */
export async function callTool(
  { url, token }: { url: string; token?: string },
  count: number,
  inFlight: number,
  answers: Answers,
): Promise<number[]> {
  const { body, headers: ofRevision } = requests[answers]
  const headers = {
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    ...ofRevision,
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  }
  const took: number[] = []
  let left = count
  const flight = async () => {
    while (left > 0) {
      left -= 1
      const started = performance.now()
      const answer = await request(url, { dispatcher, method: "POST", headers, body })
      const text = await answer.body.text()
      took.push(performance.now() - started)
      const isStream = text.startsWith("event:")
      if (!text.includes('"hello"') || isStream !== (answers !== "JSON"))
        throw new Error(`${answer.statusCode} ${text}`)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, flight))
  return took
}
