import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { forwarding } from "./support/forwarding.ts"
import { toolCall } from "./support/guarded-backend.ts"
import { answerJson, httpServer } from "./support/http-server.ts"

/** A gateway where nobody may call `drop`, in front of a server that shows what got there. */
async function policed() {
  const server = await httpServer((response) => answerJson(response))
  const policy = { tools: { drop: { roles: ["nobody"] } } }
  return { server, ...(await forwarding(server.url, {}, { policy })) }
}

const call = (params: string) =>
  `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{${params}}}`

describe("a tool that policy forbids is never reached", () => {
  test.for([
    ["plainly", call('"name":"drop"')],
    ["in a batch", JSON.stringify([toolCall("ok"), toolCall("drop")])],
    ["by the last of two equal keys", call('"name":"ok","name":"drop"')],
    ["by an escaped key", call('"name":"ok","na\\u006de":"drop"')],
  ])("%s: refused by the guard", async ([, body]) => {
    const { post, server } = await policed()
    expect((await post(body)).status).toBe(403)
    expect(server.received).toEqual([])
  })

  test.for([
    ["another case", call('"name":"ok","Name":"drop"')],
    ["capitals", call('"NAME":"drop","name":"ok"')],
    ["a Kelvin sign", call('"name":"ok","tas\\u212aId":"t"')],
    ["underscores", call('"name":"ok","task_id":"t"')],
    [
      "params twice",
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"ok"},"Params":{"name":"drop"}}',
    ],
    [
      "method twice",
      '{"jsonrpc":"2.0","id":1,"method":"ping","Method":"tools/call","params":{"name":"drop"}}',
    ],
    ["__proto__", '{"jsonrpc":"2.0","id":1,"method":"ping","__proto__":{"method":"tools/call"}}'],
    ["__proto__ in params", call('"name":"ok","__proto__":{"name":"drop"}')],
    ["in a batch", `[${call('"name":"ok","Name":"drop"')}]`],
    [
      "in a reference",
      '{"jsonrpc":"2.0","id":1,"method":"completion/complete","params":{"ref":{"type":"ref/prompt","name":"a","Name":"b"}}}',
    ],
  ])("by a key that looks like another: %s", async ([, body]) => {
    const { post, server, events } = await policed()
    const response = await post(body)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ jsonrpc: "2.0", error: { code: -32600 } })
    expect(server.received).toEqual([])
    expect(events).toMatchObject([{ type: "request.refused", reason: "body_ambiguous" }])
  })

  test.for([
    ["only in another case", call('"Name":"drop"')],
    [
      "below a long s",
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","param\\u017f":{"name":"drop"}}',
    ],
    ["in a list", call('"name":["drop"]')],
  ])("by a name that rules cannot read: %s", async ([, body]) => {
    const { post, server } = await policed()
    const response = await post(body)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ jsonrpc: "2.0", error: { code: -32602 } })
    expect(server.received).toEqual([])
  })

  test("by a header that says another name", async () => {
    const { post, server } = await policed()
    await post(toolCall("ok"), { headers: { "mcp-name": "drop", "mcp-method": "tools/call" } })
    expect(server.received[0]!.headers["mcp-name"]).toBe("ok")
  })

  test("by the first of two equal keys: the backend gets only the one that was judged", async () => {
    const { post, server } = await policed()
    await post(call('"name":"drop","name":"ok"'))
    expect(server.received[0]!.text).toBe(call('"name":"ok"'))
  })
})

test("what a tool is called with may have any keys", async () => {
  const { post, server } = await policed()
  const args = { Name: "a", name: "b", NAME: "c", Method: 1, nested: { Params: 1 } }
  await post(toolCall("ok", args))
  expect(JSON.parse(server.received[0]!.text)).toEqual(toolCall("ok", args))
})

test.for([
  "1",
  "null",
  '"tools/call"',
  "[]",
  "[[]]",
  "[1]",
  '{"jsonrpc":"2.0","id":1,"method":["tools/call"],"params":{"name":"drop"}}',
  `[[${call('"name":"drop"')}]]`,
])("%s is no message", async (body) => {
  const { post, server, events } = await policed()
  expect((await post(body)).status).toBe(400)
  expect(server.received).toEqual([])
  expect(events).toMatchObject([{ reason: "body_not_message" }])
})

test("a body that is nested too deeply is refused, and not a bare 500", async () => {
  const { post, server, events } = await policed()
  const deep = "[".repeat(200_000) + "]".repeat(200_000)
  for (const number of ["1", "1e400"]) {
    const response = await post(call(`"name":"ok","arguments":{"n":${number},"a":${deep}}`))
    expect(response.status).toBe(400)
  }
  expect(server.received).toEqual([])
  expect(events).toMatchObject([{ reason: "body_too_deep" }, { reason: "body_too_deep" }])
})

describe("a number that JavaScript cannot hold arrives as it was written", () => {
  test.for([
    "9007199254740993",
    "-12345678901234567890",
    "0.1234567890123456789",
    "1e400",
    "-1E-400",
    "123456789.12345678901",
  ])("%s", async (number) => {
    const { post, server } = await policed()
    await post(call(`"name":"ok","arguments":{"a":${number},"b":[ ${number}],"c":1}`))
    expect(server.received[0]!.text).toBe(
      call(`"name":"ok","arguments":{"a":${number},"b":[${number}],"c":1}`),
    )
  })

  test("and repeated keys beside it still are what was judged", async () => {
    const { post, server } = await policed()
    await post(
      call('"name":"drop","name":"ok","arguments":{"a":9007199254740993,"a":9007199254740995}'),
    )
    expect(server.received[0]!.text).toBe(call('"name":"ok","arguments":{"a":9007199254740995}'))
  })
})

test("whatever the body, the backend reads what the guard has judged, or nothing", async () => {
  const { post, server } = await policed()
  const property = fc.asyncProperty(messageText, async (text) => {
    server.received.length = 0
    const { status } = await post(text)
    const judged = JSON.parse(text)
    const [received] = server.received
    if (!received) {
      expect([400, 403]).toContain(status)
      return
    }
    expect(JSON.stringify(JSON.parse(received.text))).toBe(JSON.stringify(judged))
    expect(judged.method === "tools/call" && judged.params?.name === "drop").toBe(false)
    expect(received.headers["mcp-method"]).toBe(judged.method)
  })
  await fc.assert(property, { numRuns: 300 })
})

/** The text of a JSON object, in which keys may repeat. */
const objectText = (member: fc.Arbitrary<string>) =>
  fc.array(member, { maxLength: 6 }).map((members) => `{${members.join(",")}}`)

const keyText = fc
  .oneof(
    fc.constantFrom("name", "Name", "params", "method", "__proto__", "ref", "uri", "toJSON", "1"),
    fc.string(),
  )
  .map((key) => JSON.stringify(key))

const memberText = fc
  .tuple(keyText, fc.oneof(fc.constantFrom('"drop"', '"ok"', "{}"), fc.json()))
  .map((pair) => pair.join(":"))

const messageText = fc
  .tuple(
    fc.constantFrom('"tools/call"', '"ping"', '"completion/complete"', '"resources/read"'),
    objectText(memberText),
    fc.array(memberText, { maxLength: 2 }),
  )
  .map(([method, params, rest]) => {
    const members = ['"jsonrpc":"2.0"', `"method":${method}`, `"params":${params}`, ...rest]
    return `{${members.join(",")}}`
  })
