import { expect, test } from "vitest"
import { BodyTooLargeError, readBoundedBody } from "../src/index.ts"

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

function endless(onCancel: () => void): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(1000)),
    cancel: onCancel,
  })
}

test("a body within the limit is read in full", async () => {
  expect(text(await readBoundedBody(new Response("hällo").body, 6))).toBe("hällo")
  expect(await readBoundedBody(new Response(null).body, 0)).toHaveLength(0)
  expect(await readBoundedBody(undefined, 0)).toHaveLength(0)
})

test("a body one byte over the limit is refused", async () => {
  const reading = readBoundedBody(new Response("hällo").body, 5)
  await expect(reading).rejects.toThrow(BodyTooLargeError)
  await expect(reading).rejects.toMatchObject({ maxBytes: 5 })
})

test("a body that never ends is cancelled at the limit", async () => {
  let cancelled = 0
  const reading = readBoundedBody(
    endless(() => (cancelled += 1)),
    64 * 1024,
  )
  await expect(reading).rejects.toThrow(BodyTooLargeError)
  expect(cancelled).toBe(1)
})
