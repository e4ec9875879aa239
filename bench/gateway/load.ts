import { Agent, request } from "undici"

const dispatcher = new Agent({ connections: 64 })
const body = JSON.stringify({
  jsonrpc: "2.0",
  id: 1,
  method: "tools/call",
  params: { name: "greet", arguments: { text: "x".repeat(200) } },
})

/** Calls a tool `count` times, `inFlight` at once. @returns the milliseconds that each call took. */
export async function callTool(
  { url, token }: { url: string; token?: string },
  count: number,
  inFlight: number,
): Promise<number[]> {
  const headers = {
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    "mcp-protocol-version": "2025-11-25",
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
      if (!text.includes('"hello"')) throw new Error(`${answer.statusCode} ${text}`)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, flight))
  return took
}
