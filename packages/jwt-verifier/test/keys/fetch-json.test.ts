import type { ServerResponse } from "node:http"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { FetchJsonError, fetchJson } from "../../src/http/fetch-json.ts"
import { ConfigurationError, jwtVerifier } from "../../src/index.ts"
import { JsonServer } from "../json-server.ts"
import { expectRefusal } from "../refusal.ts"
import { audience, issuer, signingKey, time } from "../signing-key.ts"

let server: JsonServer
let elsewhere: JsonServer

beforeEach(async () => {
  server = await JsonServer.start()
  elsewhere = await JsonServer.start()
  elsewhere.answers.set("/keys", { elsewhere: true })
})

afterEach(() => Promise.all([server.stop(), elsewhere.stop()]))

const fetch: typeof globalThis.fetch = (url, init) => globalThis.fetch(url, init)
const get = (path: string, options: { redirects?: number; timeout?: number } = {}) =>
  fetchJson(new URL(path, server.url), { fetch, ...options })

function redirect(from: string, to: string, status = 302): void {
  server.answers.set(from, (_: unknown, response: ServerResponse) =>
    response.writeHead(status, { location: to }).end(),
  )
}

describe("fetchJson", () => {
  it("follows redirects within the origin", async () => {
    redirect("/old", "/newer")
    redirect("/newer", `${server.url}/keys`, 308)
    server.answers.set("/keys", { here: true })
    expect(await get("/old", { redirects: 3 })).toEqual({ here: true })
  })

  it("follows no redirect to another host or port, however it is written", async () => {
    const other = new URL(elsewhere.url)
    for (const target of [
      `${elsewhere.url}/keys`,
      `//${other.host}/keys`,
      `http://localhost:${new URL(server.url).port}/keys`,
      "https://127.0.0.1/keys",
      "file:///etc/passwd",
      "data:application/json,{}",
    ]) {
      redirect("/old", target)
      await expect(get("/old", { redirects: 3 })).rejects.toThrow("redirects elsewhere")
    }
    expect(elsewhere.requests).toHaveLength(0)
  })

  it("ends a chain of redirects", async () => {
    redirect("/loop", "/loop")
    await expect(get("/loop", { redirects: 3 })).rejects.toMatchObject({ status: 302 })
    expect(server.requests).toHaveLength(4)
  })

  it("gives a chain of redirects no more time than a single answer", async () => {
    redirect("/old", "/keys")
    server.answers.set("/keys", { here: true })
    const signals = new Set<unknown>()
    const watched: typeof globalThis.fetch = (url, init) => {
      signals.add(init?.signal)
      return globalThis.fetch(url, init)
    }
    await fetchJson(new URL("/old", server.url), { fetch: watched, redirects: 3 })
    expect(server.requests).toHaveLength(2)
    expect(signals.size).toBe(1)
  })

  it("gives up on a server that does not answer in time", async () => {
    server.answers.set("/keys", () => {})
    await expect(get("/keys", { timeout: 20 })).rejects.toThrow("did not answer within 20 ms")
  })

  it("gives up on a body that does not end in time", async () => {
    server.answers.set("/keys", (_: unknown, response: ServerResponse) => {
      response.writeHead(200).write("{")
    })
    await expect(get("/keys", { timeout: 20 })).rejects.toThrow("did not answer within 20 ms")
  })

  it("says what is wrong with an answer", async () => {
    await expect(get("/absent")).rejects.toMatchObject({ status: 404 })
    server.answers.set("/list", [])
    await expect(get("/list")).rejects.toThrow("a JSON object")
    server.answers.set("/text", (_: unknown, response: ServerResponse) => response.end("<html>"))
    await expect(get("/text")).rejects.toThrow("with JSON")
    server.answers.set("/bytes", (_: unknown, response: ServerResponse) =>
      response.end(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])),
    )
    await expect(get("/bytes")).rejects.toThrow("with JSON")
    await server.stop()
    await expect(get("/keys")).rejects.toThrow(FetchJsonError)
  })
})

describe("a URL for keys", () => {
  it.each([
    "https://issuer.example/keys",
    "http://localhost:8080/keys",
    "http://tenant.localhost/keys",
    "http://127.0.0.1/keys",
    "http://127.1.2.3/keys",
    "http://[::1]:8080/keys",
  ])("may be %s", async (jwksUri) => {
    const asked: string[] = []
    const { verify } = jwtVerifier({
      issuer,
      audience,
      jwksUri,
      now: () => time,
      fetch: (url) => {
        asked.push(url)
        return Response.json({ keys: [] })
      },
    })
    const key = await signingKey("ES256", "k")
    await expectRefusal(verify(await key.sign()), "unknown_key")
    expect(asked).toEqual([new URL(jwksUri).href])
  })

  it.each([
    "http://issuer.example/keys",
    "http://localhost.example/keys",
    "http://127.0.0.1.example/keys",
    "http://[::2]/keys",
    "http://10.0.0.1/keys",
    "ftp://localhost/keys",
    "file:///keys",
    "data:application/json,{}",
    "https://user:password@issuer.example/keys",
    "/keys",
    "",
  ])("may not be %s", (jwksUri) => {
    const create = () => jwtVerifier({ issuer, audience, jwksUri })
    expect(create).toThrow(ConfigurationError)
    expect(create).toThrow(/^jwtVerifier: jwksUri must /)
  })
})
