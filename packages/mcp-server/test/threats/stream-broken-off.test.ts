import { afterEach, expect, test, vi } from "vitest"
import { bearer, endpoint } from "../support/endpoint.ts"

afterEach(() => {
  vi.useRealTimers()
})

test("a stream that its server aborts does not end the process when its token expires", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] })
  let breakOff = (_: Error) => {}
  const serve = () =>
    new Response(
      new ReadableStream({
        start(controller) {
          breakOff = (error) => controller.error(error)
        },
      }),
      { headers: { "content-type": "text/event-stream" } },
    )
  const headers = await bearer({ exp: Math.floor(Date.now() / 1000) + 60 })
  const response = await endpoint({ serve }).send({ method: "GET", headers })
  const read = response.body?.getReader().read()
  breakOff(new Error("the server broke off"))
  await expect(read).rejects.toThrow("the server broke off")
  // An error that a timer throws would end the process.
  expect(() => vi.advanceTimersByTime(60_000)).not.toThrow()
})
