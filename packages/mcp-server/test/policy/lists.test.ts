import { describe, expect, test } from "vitest"
import type { Policy, UnmatchedRule } from "../../src/index.ts"
import { bearer, endpoint } from "../support/endpoint.ts"
import { proxyOf } from "../support/issuer.ts"

const policy: Policy = {
  tools: { drop: { roles: ["Admin"] } },
  prompts: { secret: { roles: ["Admin"] } },
  resources: { "file:///finance/**": { roles: ["Admin"] } },
}
const named = (...names: string[]) => names.map((name) => ({ name }))
const answer = (result: object, id: unknown = 1) => ({ jsonrpc: "2.0", id, result })
const asks = (method: string, id: unknown = 1) => ({ jsonrpc: "2.0", id, method })

/** What arrives of an answer of the server, asked by `method` in a POST; without it, in a GET. */
async function passed(
  response: Response,
  method: string | undefined = undefined,
  options: Parameters<typeof endpoint>[0] = {},
): Promise<Response> {
  const { send } = endpoint({ policy, serve: () => response, ...options })
  const headers = await bearer()
  return send(method === undefined ? { headers } : { json: asks(method), headers })
}

const eventStream = (...events: string[]) =>
  new Response(events.join(""), { headers: { "content-type": "text/event-stream" } })
const event = (message: object, fields = "") => `${fields}data: ${JSON.stringify(message)}\n\n`

describe("a list in JSON", () => {
  test.each([
    ["tools/list", { tools: named("keep", "drop") }, { tools: named("keep") }],
    ["prompts/list", { prompts: named("secret", "plain") }, { prompts: named("plain") }],
    [
      "resources/list",
      { resources: [{ uri: "file:///finance/a" }, { uri: "file:///public/a" }] },
      { resources: [{ uri: "file:///public/a" }] },
    ],
    [
      "resources/templates/list",
      {
        resourceTemplates: [
          { uriTemplate: "file:///finance/{name}" },
          { uriTemplate: "file:///{+path}" },
          { uriTemplate: "file:///{area}/x" },
        ],
      },
      {
        resourceTemplates: [
          { uriTemplate: "file:///{+path}" },
          { uriTemplate: "file:///{area}/x" },
        ],
      },
    ],
  ])("%s has only what the caller may use", async (method, result, visible) => {
    const response = await passed(Response.json(answer(result)), method)
    expect(await response.json()).toEqual(answer(visible))
  })

  test("of templates has those that may become something which a rule allows", async () => {
    const rules: Policy = {
      default: "deny",
      resources: { "file:///a/**": { roles: ["Admin"] }, "file:///b/*": { scopes: ["b"] } },
    }
    const shownTo = async (roles: string[], scope: string) => {
      const resourceTemplates = ["file:///{+path}", "file:///a/{x}", "file:///b/{x}", "note:///{x}"]
      const { send } = endpoint({
        policy: rules,
        proxy: proxyOf({ roles }),
        serve: () =>
          Response.json(
            answer({
              resourceTemplates: resourceTemplates.map((uriTemplate) => ({ uriTemplate })),
            }),
          ),
      })
      const json = asks("resources/templates/list")
      const { result } = await (await send({ json, headers: await bearer({ scope }) })).json()
      return result.resourceTemplates.map((each: { uriTemplate: string }) => each.uriTemplate)
    }
    expect(await shownTo([], "x")).toEqual([])
    expect(await shownTo(["Admin"], "x")).toEqual(["file:///{+path}", "file:///a/{x}"])
    expect(await shownTo([], "b")).toEqual(["file:///{+path}", "file:///b/{x}"])
  })

  test("in a batch", async () => {
    const { send } = endpoint({
      policy,
      serve: () => Response.json([answer({}), answer({ tools: named("drop", "a") }, 2)]),
    })
    const json = [asks("ping"), asks("tools/list", 2)]
    const response = await send({ json, headers: await bearer() })
    expect(await response.json()).toEqual([answer({}), answer({ tools: named("a") }, 2)])
  })

  test("keeps the rest of the page: cursor, other members, headers and exact numbers", async () => {
    const text = `{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"a","inputSchema":{"maximum":9223372036854775807}},{"name":"drop"}],"nextCursor":"2","_meta":{"x":1}}}`
    const headers = {
      "content-type": "application/json; charset=utf-8",
      "content-length": String(text.length),
      "mcp-session-id": "s",
    }
    const response = await passed(new Response(text, { headers }), "tools/list")
    expect(response.headers.get("mcp-session-id")).toBe("s")
    const body = await response.text()
    expect(body).toBe(text.replace(',{"name":"drop"}', ""))
    expect(response.headers.get("content-length") ?? String(body.length)).toBe(String(body.length))
  })

  test("that is filtered belongs in no shared cache", async () => {
    const hints = { ttlMs: 60_000, cacheScope: "public" }
    const list = await passed(Response.json(answer({ tools: [], ...hints })), "tools/list")
    expect(await list.json()).toMatchObject({ result: { ttlMs: 60_000, cacheScope: "private" } })
    const read = await passed(Response.json(answer({ contents: [], ...hints })), "resources/read")
    expect(read.status).toBe(400)
  })

  test("whose items have no name that rules can read shows none of them", async () => {
    const tools = [{ name: ["drop"] }, {}, null, "drop", { name: "a" }]
    const response = await passed(Response.json(answer({ tools })), "tools/list")
    expect(await response.json()).toEqual(answer({ tools: named("a") }))
  })

  test.each([
    ["is no JSON", new Response("[", { headers: { "content-type": "application/json" } })],
    [
      "is compressed",
      new Response(JSON.stringify(answer({ tools: named("drop") })), {
        headers: { "content-type": "application/json", "content-encoding": "gzip" },
      }),
    ],
  ])("that %s does not pass", async (_, response) => {
    const refusals: unknown[] = []
    const onRefusal = (refusal: unknown) => refusals.push(refusal)
    expect((await passed(response, "tools/list", { onRefusal })).status).toBe(500)
    expect(refusals).toMatchObject([{ reason: "answer_unreadable", cause: expect.anything() }])
  })

  test("passes untouched without rules of its kind", async () => {
    const result = { tools: named("drop"), cacheScope: "public" }
    const options = { policy: { prompts: policy.prompts } }
    const response = await passed(Response.json(answer(result)), "tools/list", options)
    expect(await response.json()).toEqual(answer(result))
  })
})

describe("resources/read", () => {
  test("belongs in no shared cache where rules are about resources", async () => {
    const result = { contents: [], ttlMs: 1, cacheScope: "public" }
    const { send } = endpoint({ policy, serve: () => Response.json(answer(result)) })
    const json = { ...asks("resources/read"), params: { uri: "file:///public/a" } }
    const response = await send({ json, headers: await bearer() })
    expect(await response.json()).toMatchObject({ result: { cacheScope: "private" } })
  })
})

describe("a list in an event stream", () => {
  const list = answer({ tools: named("keep", "drop") })
  const filtered = answer({ tools: named("keep") })

  test("has only what the caller may use; everything else passes as it came", async () => {
    const progress = { jsonrpc: "2.0", method: "notifications/progress", params: { progress: 1 } }
    const response = await passed(
      eventStream(
        ": keep-alive\n",
        "retry: 500\n\n",
        event(progress, "id: 1\n"),
        event(list, "event: message\nid: 2\n"),
      ),
      "tools/list",
    )
    expect(response.headers.get("content-type")).toBe("text/event-stream")
    expect(await response.text()).toBe(
      `: keep-alive\nretry: 500\n\n${event(progress, "id: 1\n")}${event(filtered, "id: 2\nevent: message\n")}`,
    )
  })

  test("is filtered on the stream of a GET too, where a client resumes", async () => {
    expect(await (await passed(eventStream(event(list)))).text()).toBe(event(filtered))
  })

  test("cannot come as the answer to a call, which passes untouched", async () => {
    const text = `data: {"jsonrpc": "2.0", "id": 1, "result": {"tools": [{"name": "drop"}]}}\r\n\r\n`
    const rules = { policy: { tools: policy.tools! } }
    expect(await (await passed(eventStream(text), "ping", rules)).text()).toBe(text)
  })

  test("is filtered wherever the chunks are cut, and with any line end", async () => {
    const text = event(list).replaceAll("\n", "\r\n")
    for (let cut = 1; cut < text.length; cut += 7) {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          const bytes = new TextEncoder().encode(text)
          controller.enqueue(bytes.slice(0, cut))
          controller.enqueue(bytes.slice(cut))
          controller.close()
        },
      })
      const headers = { "content-type": "text/event-stream; charset=utf-8" }
      const response = await passed(new Response(body, { headers }), "tools/list")
      expect(await response.text()).toBe(event(filtered))
    }
  })

  test("that is too long to be read breaks off", async () => {
    const chunk = new TextEncoder().encode(`data: "${"tools".repeat(200_000)}`)
    let sent = 0
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => (sent++ < 40 ? controller.enqueue(chunk) : controller.close()),
    })
    const headers = { "content-type": "text/event-stream" }
    const refusals: unknown[] = []
    const onRefusal = (refusal: unknown) => refusals.push(refusal)
    const response = await passed(new Response(body, { headers }), "tools/list", { onRefusal })
    await expect(response.text()).rejects.toThrow()
    expect(sent).toBeLessThan(40)
    expect(refusals).toMatchObject([{ reason: "answer_unreadable", status: 200 }])
  })

  test("that is no JSON breaks off", async () => {
    const response = await passed(eventStream('data: {"tools": [\n\n'), "tools/list")
    await expect(response.text()).rejects.toThrow()
  })

  test("breaks off if a rule's condition fails, and says so to the operator", async () => {
    const refusals: unknown[] = []
    const fault = new Error("the database is away")
    const when = () => Promise.reject(fault)
    const options = {
      policy: { tools: { drop: { when } } },
      onRefusal: (refusal: unknown) => refusals.push(refusal),
    }
    const response = await passed(eventStream(event(list)), "tools/list", options)
    await expect(response.text()).rejects.toThrow()
    expect(refusals).toMatchObject([{ reason: "policy_failed", subject: "alice", cause: fault }])
    expect((await passed(Response.json(list), "tools/list", options)).status).toBe(500)
  })

  test("ends for the server when its client goes away", async () => {
    const gone = Promise.withResolvers<unknown>()
    const body = new ReadableStream<Uint8Array>({ cancel: gone.resolve })
    const response = await passed(
      new Response(body, { headers: { "content-type": "text/event-stream" } }),
    )
    await response.body?.cancel("enough")
    expect(await gone.promise).toBe("enough")
  })

  test("tells of changes only in resources that the caller may read", async () => {
    const updated = (uri: unknown) => ({
      jsonrpc: "2.0",
      method: "notifications/resources/updated",
      params: { uri },
    })
    const changed = { jsonrpc: "2.0", method: "notifications/resources/list_changed" }
    for (const method of [undefined, "ping", "subscriptions/listen"]) {
      const response = await passed(
        eventStream(
          event(updated("file:///finance/a")),
          event(updated("file:///public/a")),
          event(updated(["file:///finance/a"])),
          event([updated("file:///finance/a"), changed]),
        ),
        method,
      )
      expect(await response.text()).toBe(event(updated("file:///public/a")) + event([changed]))
    }
  })
})

describe("a rule that matches nothing", () => {
  async function unmatched(rules: Policy, ...pages: object[]): Promise<UnmatchedRule[]> {
    const found: UnmatchedRule[] = []
    const answers = pages.map((page) => Response.json(answer(page)))
    const { send } = endpoint({
      policy: rules,
      serve: () => answers.shift()!,
      onUnmatchedRule: (rule) => found.push(rule),
    })
    const headers = await bearer()
    for (const page of pages) {
      const method =
        "resourceTemplates" in page ? "resources/templates/list" : `${Object.keys(page)[0]}/list`
      await (await send({ json: asks(method), headers })).text()
    }
    return found
  }
  const rule = { roles: ["Admin"] }

  test("is reported once, at the end of the list", async () => {
    const rules = { tools: { Admin: rule, "x_*": rule, drop: rule } }
    const pages = [{ tools: named("admin"), nextCursor: "2" }, { tools: named("drop") }]
    expect(await unmatched(rules, pages[0]!)).toEqual([])
    expect(await unmatched(rules, ...pages, ...pages)).toEqual([
      { rules: "tools", name: "Admin" },
      { rules: "tools", name: "x_*" },
    ])
  })

  test("about resources, once neither resources nor templates match", async () => {
    const rules = { resources: { "a://x": rule, "b://*": rule, "c://*": rule } }
    const resources = { resources: [{ uri: "b://1" }] }
    expect(await unmatched(rules, resources)).toEqual([])
    const templates = { resourceTemplates: [{ uriTemplate: "c://{id}" }] }
    expect(await unmatched(rules, resources, templates)).toEqual([
      { rules: "resources", name: "a://x" },
    ])
  })
})
