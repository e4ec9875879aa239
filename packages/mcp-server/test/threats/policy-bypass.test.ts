import { gzipSync } from "node:zlib"
import { describe, expect, test } from "vitest"
import type { Policy } from "../../src/index.ts"
import { bearer, endpoint } from "../support/endpoint.ts"

const policy: Policy = {
  tools: { drop: { roles: ["Admin"] } },
  prompts: { drop: { roles: ["Admin"] } },
  resources: { "file:///finance/**": { roles: ["Admin"] }, "note://secret": { roles: ["Admin"] } },
}
const call = (params: string, method = "tools/call") =>
  `{"jsonrpc":"2.0","id":1,"method":"${method}","params":{${params}}}`

/** Posts a body as it is; what the server would serve of it. */
async function post(body: BodyInit, headers: Record<string, string> = {}, rules = policy) {
  const { send, served } = endpoint({ policy: rules })
  const response = await send({
    method: "POST",
    body,
    headers: { "content-type": "application/json", ...headers, ...(await bearer()) },
  })
  return { status: response.status, served: served.map(({ parsedBody }) => parsedBody) }
}

describe("a call that policy forbids does not get through", () => {
  test.each([
    ["plainly", call('"name":"drop"')],
    ["by an escaped value", call('"name":"dr\\u006fp"')],
    ["by an escaped key", call('"n\\u0061me":"drop"')],
    ["by an escaped method", call('"name":"drop"', "tools\\/call")],
    ["by the last of two equal keys", call('"name":"ok","name":"drop"')],
    ["with __proto__ beside the name", call('"__proto__":{"name":"ok"},"name":"drop"')],
    ["in a batch", `[${call('"name":"ok"')},${call('"name":"drop"')}]`],
    ["in a batch beside what is no message", `[1,null,[],"x",${call('"name":"drop"')}]`],
    [
      "without an id, as a notification",
      '{"jsonrpc":"2.0","method":"tools/call","params":{"name":"drop"}}',
    ],
    ["after a byte order mark", `\uFEFF${call('"name":"drop"')}`],
    ["as a prompt", call('"name":"drop"', "prompts/get")],
    [
      "by completing a prompt",
      call('"ref":{"type":"ref/prompt","name":"drop"}', "completion/complete"),
    ],
    [
      "by completing a template",
      call('"ref":{"type":"ref/resource","uri":"file:///finance/{x}"}', "completion/complete"),
    ],
    ["by subscribing", call('"uri":"file:///finance/a"', "resources/subscribe")],
    [
      "by listening",
      call(
        '"notifications":{"resourceSubscriptions":["file:///public","file:///finance/a"]}',
        "subscriptions/listen",
      ),
    ],
  ])("%s: 403", async (_, body) => {
    expect(await post(body)).toEqual({ status: 403, served: [] })
  })

  test.each([
    ["a list", call('"name":["drop"]')],
    ["an object", call('"name":{"toString":"drop"}')],
    ["null", call('"name":null')],
    ["missing", call('"Name":"drop"')],
    ["inherited", call('"__proto__":{"name":"drop"}')],
    ["longer than any name", call(`"name":"${"a".repeat(2049)}"`)],
    [
      "too long together with others",
      JSON.stringify(
        Array.from({ length: 33 }, () => JSON.parse(call(`"name":"${"a".repeat(2000)}"`))),
      ),
    ],
    ["missing with its params", '{"jsonrpc":"2.0","id":1,"method":"tools/call"}'],
    [
      "in params that are a list",
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":["drop"]}',
    ],
    ["a URI in a list", call('"uri":["file:///finance/a"]', "resources/read")],
    [
      "a reference of no known type",
      call('"ref":{"type":"x","name":"drop"}', "completion/complete"),
    ],
    [
      "a subscription that is no text",
      call('"notifications":{"resourceSubscriptions":[{}]}', "subscriptions/listen"),
    ],
    [
      "a subscription outside of a list",
      call(
        '"notifications":{"resourceSubscriptions":{"0":"file:///finance/a"}}',
        "subscriptions/listen",
      ),
    ],
  ])("by a name that rules cannot read, %s: 400", async (_, body) => {
    expect(await post(body)).toEqual({ status: 400, served: [] })
  })

  test("compressed: 400, since nobody has unpacked it", async () => {
    const body = gzipSync(call('"name":"drop"'))
    expect(await post(body, { "content-encoding": "gzip" })).toEqual({ status: 400, served: [] })
  })

  test("by headers that say something else: the body counts", async () => {
    const headers = { "mcp-method": "ping", "mcp-name": "ok" }
    expect(await post(call('"name":"drop"'), headers)).toEqual({ status: 403, served: [] })
  })

  test("by the first of two equal keys: the server gets what was judged", async () => {
    const { status, served } = await post(call('"name":"drop","name":"ok"'))
    expect([status, served]).toEqual([200, [expect.objectContaining({ params: { name: "ok" } })]])
  })
})

describe("another spelling of a URI that policy forbids does not get through", () => {
  const forbidden = [
    "file:///finance/a",
    "FILE:///finance/a",
    "file://localhost/finance/a",
    "file:///./finance/a",
    "file:///x/../finance/a",
    "file:///x/%2e%2E/finance/a",
    "file:///%66inance/a",
    "file:///%2566inance/a",
    "file:///finance%2Fa",
    "file:///finance%252Fa",
    "file:////finance/a",
    "file:///x/..//finance//a",
    "file:\\\\\\finance\\a",
    "file:///x\\..\\finance\\a",
    "file:///public%2F..%2Ffinance/a",
    "file:///public/%2e%2e%2ffinance/a",
    " file:///finance/a",
    "file:///fin\tance/a",
    "file:///finance/a?x",
    "file:///finance/a#x",
    "note://secret?x=1",
    "note://secret#x",
    "note://secret/",
    "note://%73ecret",
    "note://secret%3F%ff",
    "note:\\\\secret",
    "file:///%66inance/%ff",
  ]
  test.each(forbidden)("%s", async (uri) => {
    expect(await post(call(`"uri":${JSON.stringify(uri)}`, "resources/read"))).toEqual({
      status: 403,
      served: [],
    })
  })

  test.each([
    "file:///public/a",
    "file:///financed/a",
    "file:///public/finance/a",
    "note://secrets",
    "x",
  ])("%s is another one", async (uri) => {
    expect((await post(call(`"uri":"${uri}"`, "resources/read"))).status).toBe(200)
  })

  test.each([
    "file:///public/../finance/a",
    "file:///public/%2e%2e/finance/a",
    "file:///public/..%2ffinance/a",
    "file:///public/..%5cfinance/a",
    "file:///public/%252e%252e/finance/a",
  ])("nor does it count as what policy allows: %s", async (uri) => {
    const rules: Policy = { default: "deny", resources: { "file:///public/**": {} } }
    expect((await post(call(`"uri":"${uri}"`, "resources/read"), {}, rules)).status).toBe(403)
    expect(
      (await post(call('"uri":"file:///public/a?b=c"', "resources/read"), {}, rules)).status,
    ).toBe(200)
  })
})
