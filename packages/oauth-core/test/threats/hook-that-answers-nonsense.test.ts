import { expect, it } from "vitest"
import type { OAuthProxyOptions } from "../../src/index.ts"
import { createFixture } from "../support/fixture.ts"

/** What an untyped hook might return when it means to refuse. */
const nonsense = [false, null, 0, { allowed: false }, new Error("no")]
const hook = (answer: unknown) => (() => answer) as () => undefined

it.each(nonsense)("an onSignIn that returns %j accepts nobody", async (answer) => {
  const server = createFixture({ onSignIn: hook(answer) } satisfies Partial<OAuthProxyOptions>)
  await server.authorize(await server.registerPublic())
  expect(server.reasons()).toEqual(["internal_error"])
  expect(server.events.map(({ type }) => type)).not.toContain("sign_in.completed")
})

it.each(nonsense)("an onRegister that returns %j registers nobody", async (answer) => {
  const server = createFixture({ onRegister: hook(answer) } satisfies Partial<OAuthProxyOptions>)
  expect((await server.register()).client_id).toBeUndefined()
})
