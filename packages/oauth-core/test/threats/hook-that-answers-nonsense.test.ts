import { expect, it } from "vitest"
import type { OAuthProxyOptions } from "../../src/index.ts"
import { createFixture } from "../support/fixture.ts"

/** As a hook without types may answer that means to say no. */
const nonsense = [false, null, 0, { allowed: false }, new Error("no")]
const hook = (answer: unknown) => (() => answer) as () => undefined

it.each(nonsense)("an onSignIn that answers %j lets nobody in", async (answer) => {
  const server = createFixture({ onSignIn: hook(answer) } satisfies Partial<OAuthProxyOptions>)
  await server.authorize(await server.registerPublic())
  expect(server.reasons()).toEqual(["internal_error"])
  expect(server.events.map(({ type }) => type)).not.toContain("sign_in.completed")
})

it.each(nonsense)("an onRegister that answers %j registers nobody", async (answer) => {
  const server = createFixture({ onRegister: hook(answer) } satisfies Partial<OAuthProxyOptions>)
  expect((await server.register()).client_id).toBeUndefined()
})
