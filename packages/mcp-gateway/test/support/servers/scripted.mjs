// A stdio server whose tools misbehave. It knows no SDK, so that nothing hides what it does.
import { createInterface } from "node:readline"

const send = (message) =>
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`)
const answer = (id, text) => send({ id, result: { content: [{ type: "text", text }] } })
const held = []
let lastLine = ""
let calls = 0

const tools = {
  pid: ({ id }) => answer(id, String(process.pid)),
  count: ({ id }) => {
    calls += 1
    answer(id, String(calls))
  },
  environment: ({ id }) => answer(id, JSON.stringify(process.env)),
  folder: ({ id }) => answer(id, process.cwd()),
  echo: ({ id, params }) => answer(id, JSON.stringify(params)),
  raw: ({ id }) => answer(id, lastLine),
  long: ({ id, params }) => answer(id, "x".repeat(params.arguments.length)),
  never: () => {},
  held: ({ id, params }) => {
    held.push(id)
    send({
      method: "notifications/progress",
      params: { progressToken: params._meta?.progressToken, progress: 1 },
    })
  },
  release: ({ id }) => {
    for (const each of held.splice(0)) answer(each, "released")
    answer(id, "done")
  },
  "log-line": ({ id }) => {
    send({ method: "notifications/message", params: { level: "info", data: "a line" } })
    answer(id, "done")
  },
  crash: () => process.exit(3),
  "stdout-garbage": ({ id }) => {
    process.stdout.write('Listening on port 1\n\n{"jsonrpc": "2.0", "secret": \n')
    answer(id, "done")
  },
  "endless-line": () => {
    const piece = "x".repeat(1024 * 1024)
    const more = () => process.stdout.write(piece, more)
    more()
  },
  "stderr-flood": ({ id, params }) => {
    for (let line = 0; line < params.arguments.lines; line += 1)
      process.stderr.write(`line ${line}\n`)
    process.stderr.write(`${"y".repeat(100_000)}\n`, () => answer(id, "done"))
  },
  "stop-reading": ({ id }) => {
    input.pause()
    setInterval(() => {}, 1000)
    answer(id, "stopped")
  },
  "stderr-line": ({ id, params }) =>
    process.stderr.write(`${params.arguments.line}\n`, () => answer(id, "done")),
  flood: ({ id, params }) => {
    const token = params._meta?.progressToken
    const message = "z".repeat(1024 * 1024)
    for (let progress = 0; progress < params.arguments.megabytes; progress += 1) {
      send({
        method: "notifications/progress",
        params: { progressToken: token, progress, message },
      })
    }
    answer(id, "done")
  },
}

const handlers = {
  initialize: ({ id, params }) =>
    send({
      id,
      result: {
        protocolVersion: params.protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: "scripted", version: "1.0.0" },
      },
    }),
  "notifications/cancelled": ({ params }) =>
    process.stderr.write(`cancelled ${params.requestId}\n`),
  ping: ({ id }) => send({ id, result: {} }),
  "tools/list": ({ id }) =>
    send({
      id,
      result: {
        tools: Object.keys(tools).map((name) => ({ name, inputSchema: { type: "object" } })),
      },
    }),
  "tools/call": (message) => tools[message.params.name](message),
}

if (process.argv.includes("ignore-sigterm")) {
  process.on("SIGTERM", () => {})
  setInterval(() => {}, 1000)
}
if (process.argv.includes("ignore-end")) {
  setInterval(() => {}, 1000)
  process.on("SIGTERM", () => process.stderr.write("bye\n", () => process.exit(0)))
}
if (process.argv.includes("exit")) process.exit(7)
if (process.argv.includes("silent")) handlers.initialize = () => {}
if (process.argv.includes("refuse")) {
  handlers.initialize = ({ id }) => send({ id, error: { code: -32602, message: "not today" } })
}

const input = createInterface({ input: process.stdin })
input.on("line", (line) => {
  lastLine = line
  const message = JSON.parse(line)
  const handler = handlers[message.method]
  if (handler) handler(message)
  else if (message.id !== undefined) {
    send({ id: message.id, error: { code: -32601, message: "Method not found" } })
  }
})
