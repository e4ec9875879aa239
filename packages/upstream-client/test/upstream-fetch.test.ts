import { IdentityProviderError } from "@doorward/oauth-core"
import { describe, expect, it } from "vitest"
import { upstreamFetch } from "../src/index.ts"

const url = "https://id.example/token"

async function failureOf(operation: Promise<unknown>): Promise<IdentityProviderError> {
  const error = await operation.then(
    () => new Error("it did not fail"),
    (reason: unknown) => reason,
  )
  if (error instanceof IdentityProviderError) return error
  throw error
}

function bytes(length: number): Response {
  return new Response(new Uint8Array(length))
}

describe("upstreamFetch", () => {
  it("reads an answer up to its limit, and not a byte more", async () => {
    const options = { fetch: () => bytes(100), maximumBytes: 100 }
    const response = await upstreamFetch(url, {}, options)
    expect((await response.arrayBuffer()).byteLength).toBe(100)
    const error = await failureOf(upstreamFetch(url, {}, { ...options, fetch: () => bytes(101) }))
    expect(error).toMatchObject({ failure: "unavailable", reason: "response_too_large" })
  })

  it("does not read on after its limit", async () => {
    let pulled = 0
    let cancelled = false
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1
        controller.enqueue(new Uint8Array(1024))
      },
      cancel() {
        cancelled = true
      },
    })
    await failureOf(upstreamFetch(url, {}, { fetch: () => new Response(body), maximumBytes: 2048 }))
    expect(pulled).toBeLessThan(6)
    expect(cancelled).toBe(true)
  })

  it("follows no redirect", async () => {
    let sent: RequestInit = {}
    const fetch = (_: string, init: RequestInit) => {
      sent = init
      return new Response(null, { status: 302, headers: { location: "https://elsewhere.example" } })
    }
    expect((await upstreamFetch(url, {}, { fetch })).status).toBe(302)
    expect(sent.redirect).toBe("manual")
  })

  it("sends nothing for a caller that has given up already", async () => {
    let sent = 0
    const fetch = () => {
      sent += 1
      return bytes(1)
    }
    const error = await failureOf(upstreamFetch(url, {}, { fetch, signal: AbortSignal.abort() }))
    expect(error).toMatchObject({ failure: "unavailable", reason: "timeout" })
    expect(sent).toBe(0)
  })

  it.each([400, 401, 403, 404])("leaves status %i to the caller", async (status) => {
    const fetch = () => new Response("no", { status })
    expect((await upstreamFetch(url, {}, { fetch })).status).toBe(status)
  })

  it.each([
    ["17", 17],
    ["0", 0],
    [" 5 ", 5],
    ["Thu, 01 May 2031 00:00:42 GMT", 42],
    ["Wed, 30 Apr 2031 23:00:00 GMT", 0],
    ["999999", 3600],
    ["soon", undefined],
    ["-5", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("reads Retry-After: %s", async (header, seconds) => {
    const headers = header === undefined ? {} : { "retry-after": header }
    const error = await failureOf(
      upstreamFetch(
        url,
        {},
        {
          fetch: () => new Response("later", { status: 429, headers }),
          now: () => Date.UTC(2031, 4, 1),
        },
      ),
    )
    expect(error.failure).toBe("unavailable")
    expect(error.retryAfter).toBe(seconds)
  })
})
