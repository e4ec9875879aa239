import { completable as sdk1Completable } from "@modelcontextprotocol/sdk/server/completable.js"
import {
  McpServer as Sdk1McpServer,
  ResourceTemplate as Sdk1Template,
} from "@modelcontextprotocol/sdk/server/mcp.js"
import { completable, McpServer, ResourceTemplate } from "@modelcontextprotocol/server"
import { z } from "zod"

const NAMES = ["free", "ruled"] as const

const textOf = (name: string) => ({ content: [{ type: "text" as const, text: name }] })
const promptOf = (name: string) => ({
  messages: [{ role: "user" as const, content: { type: "text" as const, text: name } }],
})
const resourceOf = (uri: URL) => ({ contents: [{ uri: uri.href, text: "content" }] })

/** A server of the 2.x line with two of each kind: `free` and `ruled`. */
export function twoOfEach(): McpServer {
  const server = new McpServer({ name: "two of each", version: "1.0.0" })
  for (const name of NAMES) {
    server.registerTool(name, { description: name }, () => textOf(name))
    const word = completable(z.string(), () => ["one", "two"])
    server.registerPrompt(name, { argsSchema: z.object({ word }) }, () => promptOf(name))
    server.registerResource(name, `note:///${name}/1`, {}, resourceOf)
    const template = new ResourceTemplate(`note:///${name}/of/{id}`, {
      list: undefined,
      complete: { id: () => ["one", "two"] },
    })
    server.registerResource(`${name} notes`, template, {}, resourceOf)
  }
  return server
}

/** The same, of the 1.x line. */
export function sdk1TwoOfEach(): Sdk1McpServer {
  const server = new Sdk1McpServer({ name: "two of each", version: "1.0.0" })
  for (const name of NAMES) {
    server.registerTool(name, { description: name }, () => textOf(name))
    const word = sdk1Completable(z.string(), () => ["one", "two"])
    server.registerPrompt(name, { argsSchema: { word } }, () => promptOf(name))
    server.registerResource(name, `note:///${name}/1`, {}, resourceOf)
    const template = new Sdk1Template(`note:///${name}/of/{id}`, {
      list: undefined,
      complete: { id: () => ["one", "two"] },
    })
    server.registerResource(`${name} notes`, template, {}, resourceOf)
  }
  return server
}

/** What the clients of both SDKs have in common. */
interface AnyClient {
  listTools(): Promise<{ tools: { name: string }[] }>
  listPrompts(): Promise<{ prompts: { name: string }[] }>
  listResources(): Promise<{ resources: { uri: string }[] }>
  listResourceTemplates(): Promise<{ resourceTemplates: { uriTemplate: string }[] }>
  callTool(params: { name: string; arguments: object }): Promise<unknown>
  getPrompt(params: { name: string; arguments: object }): Promise<unknown>
  readResource(params: { uri: string }): Promise<unknown>
  complete(params: object): Promise<unknown>
}

/** What a client of either SDK is shown, and what it may really use. */
export async function shownAndUsable(connected: object) {
  const client = connected as AnyClient
  const { tools } = await client.listTools()
  const { prompts } = await client.listPrompts()
  const { resources } = await client.listResources()
  const { resourceTemplates } = await client.listResourceTemplates()
  const usable: string[] = []
  async function attempt(what: string, request: Promise<unknown>) {
    if (await request.then(() => true, refused)) usable.push(what)
  }
  const argument = { name: "word", value: "o" }
  for (const name of NAMES) {
    await attempt(`tool ${name}`, client.callTool({ name, arguments: {} }))
    await attempt(`prompt ${name}`, client.getPrompt({ name, arguments: { word: "one" } }))
    const prompt = { type: "ref/prompt", name }
    await attempt(`completing prompt ${name}`, client.complete({ ref: prompt, argument }))
    await attempt(`resource ${name}`, client.readResource({ uri: `note:///${name}/1` }))
    await attempt(`template ${name}`, client.readResource({ uri: `note:///${name}/of/2` }))
    const template = { type: "ref/resource", uri: `note:///${name}/of/{id}` }
    const id = { name: "id", value: "o" }
    await attempt(`completing template ${name}`, client.complete({ ref: template, argument: id }))
  }
  const shown = [
    ...tools.map(({ name }) => `tool ${name}`),
    ...prompts.flatMap(({ name }) => [`prompt ${name}`, `completing prompt ${name}`]),
    ...resources.map(({ uri }) => `resource ${uri.split("/")[3]}`),
    ...resourceTemplates.flatMap(({ uriTemplate }) => {
      const name = uriTemplate.split("/")[3]
      return [`template ${name}`, `completing template ${name}`]
    }),
  ]
  return { shown: shown.sort(), usable: usable.sort() }
}

/** Only a refusal of the guard counts: any other error is one of the test. */
function refused(error: unknown): false {
  if (!/40[03]|may not|may use this|Nobody|lacks a scope|insufficient scope/i.test(String(error)))
    throw error
  return false
}

/** Everything that {@link shownAndUsable} finds, or only what is about one of the two names. */
export function allOf(...names: readonly string[]): string[] {
  const kinds = ["tool", "prompt", "completing prompt", "resource", "template"]
  return [...kinds, "completing template"]
    .flatMap((kind) => names.map((name) => `${kind} ${name}`))
    .sort()
}

/** For each kind of rule: the rule, and claims of a token that meets it and of one that does not. */
export const ruleCases = {
  scopes: [{ scopes: ["notes.read"] }, { scope: "notes.read" }, { scope: "other" }],
  roles: [{ roles: ["Admin", "Auditor"] }, { roles: ["Auditor"] }, { roles: ["User"] }],
  groups: [{ groups: ["g-1"] }, { groups: ["g-0", "g-1"] }, { groups: ["g-0"] }],
  tenants: [{ tenants: ["t-1"] }, { tid: "t-1" }, { tid: "t-2" }],
  people: [{ people: ["t-1.alice"] }, { tid: "t-1", oid: "alice" }, { tid: "t-1", oid: "bob" }],
  callers: [{ callers: ["app"] }, { caller: "app" }, { caller: "person" }],
  clients: [{ clients: ["client-9"] }, { client_id: "client-9" }, { client_id: "client-1" }],
  when: [
    { when: ({ verified }: { verified: { claims: object } }) => "vip" in verified.claims },
    { vip: true },
    {},
  ],
} as const satisfies Record<string, readonly [rule: object, met: object, unmet: object]>

/** A verifier that knows who is behind a token which says so in its claim `caller`, as Entra's does. */
export const identifying = <Verified extends { subject: string; claims: object }>(verifier: {
  verify(token: string): Promise<Verified>
}) => ({
  async verify(token: string) {
    const verified = await verifier.verify(token)
    const { caller } = verified.claims as { caller?: "app" | "person" }
    if (!caller) return verified
    const identity = { subject: verified.subject, roles: [], groups: [], claims: {} }
    return { ...verified, principal: { type: caller, identity } }
  },
})

/** A policy that applies a rule to `ruled`, and to nothing else. */
export const ruledPolicy = <Rule>(rule: Rule) => ({
  tools: { "rule*": rule },
  prompts: { ruled: rule },
  resources: { "note:///ruled/**": rule },
})
