import { readFile, rm, writeFile } from "node:fs/promises"
import type { Server } from "node:http"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { bearer, challengeOf, ping, toolCall } from "./support/endpoint.ts"
import { ISSUER, RESOURCE } from "./support/issuer.ts"
import { connectSdk2 } from "./support/sdk-clients.ts"

const inReadme = ["express", "fastify", "node-http"]

/** Starts the server of a recipe on a port that is free. */
async function start(recipe: string): Promise<Server> {
  process.env.PORT = "0"
  try {
    const { server }: { server: Server } = await import(
      /* @vite-ignore */ new URL(`recipes/${recipe}.ts`, import.meta.url).pathname
    )
    if (!server.listening) await new Promise((resolve) => server.once("listening", resolve))
    return server
  } finally {
    delete process.env.PORT
  }
}

test.each(inReadme)("the README has the recipe for %s as it runs here", async (recipe) => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8")
  const source = await readFile(new URL(`recipes/${recipe}.ts`, import.meta.url), "utf8")
  expect(readme).toContain(`\`\`\`ts\n${source}\`\`\`\n`)
  expect(source.split("\n").length).toBeLessThan(22)
})

/** The Express recipe where the guard reads the body itself. */
const unparsed = new URL("recipes/express-unparsed.ts", import.meta.url)
beforeAll(async () => {
  const source = await readFile(new URL("recipes/express.ts", import.meta.url), "utf8")
  const without = source.replace(`app.use("/mcp", express.json())\n`, "")
  expect(without).not.toBe(source)
  await writeFile(unparsed, without)
})
afterAll(() => rm(unparsed))

describe.each([...inReadme, "express-unparsed", "express-sdk-adapter"])(
  "the recipe %s",
  (recipe) => {
    let server: Server
    let origin: string
    beforeAll(async () => {
      server = await start(recipe)
      const address = server.address()
      origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`
    })
    afterAll(async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    })

    const post = async (json: unknown, headers: Record<string, string> = {}) =>
      fetch(`${origin}/mcp`, {
        method: "POST",
        body: JSON.stringify(json),
        headers: { "content-type": "application/json", ...headers },
      })

    test.each(["legacy", "auto"] as const)("serves the official client (%s)", async (mode) => {
      const client = await connectSdk2({ request: fetch }, mode, {}, `${origin}/mcp`)
      expect((await client.listTools()).tools.map(({ name }) => name)).toContain("whoami")
      expect((await client.callTool({ name: "whoami", arguments: {} })).content).toEqual([
        { type: "text", text: "Alice" },
      ])
      await client.close()
    })

    test("answers 401 without a token, and has the metadata where the challenge says", async () => {
      const response = await post(ping)
      expect(response.status).toBe(401)
      const { pathname } = new URL(challengeOf(response).resource_metadata ?? "")
      for (const path of [pathname, "/.well-known/oauth-protected-resource"]) {
        const metadata = await fetch(origin + path)
        expect(await metadata.json()).toMatchObject({ resource: RESOURCE })
        expect(metadata.headers.get("access-control-allow-origin")).toBe("*")
      }
    })

    test("applies the policies of tools", async () => {
      const response = await post([ping, toolCall("write")], await bearer())
      expect(response.status).toBe(403)
      expect(challengeOf(response)).toMatchObject({
        error: "insufficient_scope",
        scope: "mcp.read mcp.write",
      })
    })

    test("refuses a body over the limit", async () => {
      const response = await post({ ...ping, params: "x".repeat(10_000) }, await bearer())
      expect(response.status).toBe(413)
      expect(await response.json()).toMatchObject({ jsonrpc: "2.0", error: { code: -32000 } })
    })

    test("lets the server answer a DELETE that has a content type and no body", async () => {
      const headers = { ...(await bearer()), "content-type": "application/json" }
      const response = await fetch(`${origin}/mcp`, { method: "DELETE", headers })
      expect(response.status).toBe(405)
      expect(await response.json()).toMatchObject({ jsonrpc: "2.0" })
    })

    test("leaves every other request to the proxy, with its body", async () => {
      const metadata = await fetch(`${origin}/.well-known/oauth-authorization-server`)
      expect(await metadata.json()).toEqual({ issuer: ISSUER })
      const client = { redirect_uris: ["http://localhost/callback"] }
      const registered = await fetch(`${origin}/register`, {
        method: "POST",
        body: JSON.stringify(client),
        headers: { "content-type": "application/json" },
      })
      expect(registered.status).toBe(201)
      expect(await registered.json()).toEqual(client)
    })
  },
)
