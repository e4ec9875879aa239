import { headlessBrowser } from "@doorward/headless-browser"
import { exportJWK, generateKeyPair, SignJWT } from "jose"
import { expect, test } from "vitest"
import { createFixture, createWorld, redirectUri } from "../support/fixture.ts"

test("every step of a sign-in may happen on another instance", async () => {
  const world = createWorld()
  const instances = [createFixture({}, world), createFixture({}, world), createFixture({}, world)]
  let turn = 0
  const [first] = instances as [(typeof instances)[0]]
  const next = () => instances[turn++ % instances.length]!
  const clientId = await next().registerPublic()
  const browser = headlessBrowser({
    fetch: async (request) =>
      new URL(request.url).host === "login.test"
        ? new Response("the upstream's page")
        : next().proxy.app.request(request),
    stopAt: redirectUri,
    now: world.now,
  })
  const code = (await first.authorize(clientId, {}, "alice", browser)).get("code") ?? ""
  const { body } = await next().redeem(clientId, code)
  await next().verify(body.access_token)
  const refreshed = await next().refresh(clientId, body.refresh_token)
  expect(refreshed.status).toBe(200)
  await next().verify(refreshed.body.access_token)
  expect(turn).toBeGreaterThan(7)
})

test("a client assertion works once on all instances together", async () => {
  const world = createWorld()
  const [one, two] = [createFixture({}, world), createFixture({}, world)]
  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true })
  const clientId = await one.registerPublic({
    token_endpoint_auth_method: "private_key_jwt",
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: "one" }] },
  })
  const seconds = Math.floor(world.now() / 1000)
  const assertion = await new SignJWT({ jti: "only-once" })
    .setProtectedHeader({ alg: "ES256", kid: "one" })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(one.proxy.issuer)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + 60)
    .sign(privateKey)
  const send = (server: typeof one) =>
    server.post("/revoke", {
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: assertion,
      token: "unknown",
    })
  const answers = await Promise.all([send(one), send(two), send(one), send(two)])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401])
  expect([...one.reasons(), ...two.reasons()]).toEqual(Array(3).fill("client_assertion_replayed"))
})

test("instances that start at the same time agree on the signing keys", async () => {
  const world = createWorld()
  const instances = Array.from({ length: 4 }, () => createFixture({}, world))
  const sets = await Promise.all(
    instances.map(async (server) => (await server.request("/.well-known/jwks.json")).text()),
  )
  expect(new Set(sets).size).toBe(1)
})
