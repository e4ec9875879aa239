import { TokenError } from "@doorward/jwt-verifier"
import { IdentityProviderError } from "@doorward/oauth-core"
import { describe, expect, test } from "vitest"
import { grantedToken, type IssuingProxy, type ServeMcp } from "../src/index.ts"
import { bearer, challengeOf, endpoint, ping, toolCall } from "./support/endpoint.ts"
import { proxyOf } from "./support/issuer.ts"

const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}'
const challenge = new IdentityProviderError(
  "interaction_required",
  "AADSTS50076",
  "Sign in with a second factor.",
  { claims },
)

/** A tool that needs an upstream token; `stream` answers before it has one. */
function toolServer(stream: boolean, failures: unknown[] = []): ServeMcp {
  return async (_, { authInfo }) => {
    const work = grantedToken(authInfo)
      .upstreamToken(["User.Read"])
      .then(() => "done")
      .catch((error: Error) => {
        failures.push(error)
        return error.message
      })
    if (!stream) return Response.json({ result: await work })
    const body = new ReadableStream({
      async start(controller) {
        controller.enqueue(new TextEncoder().encode(`data: ${await work}\n\n`))
        controller.close()
      },
    })
    return new Response(body, { headers: { "content-type": "text/event-stream" } })
  }
}

const failing = () => proxyOf({ upstreamToken: () => Promise.reject(challenge) })

describe("the upstream provider answers with a claims challenge", () => {
  test("before the response has begun: 401 insufficient_claims with the claims in base64", async () => {
    const failures: unknown[] = []
    const { send, refusals } = endpoint({ proxy: failing(), serve: toolServer(false, failures) })
    const response = await send({ json: toolCall("graph"), headers: await bearer() })
    expect(response.status).toBe(401)
    const said = challengeOf(response)
    expect(said).toMatchObject({
      error: "insufficient_claims",
      resource_metadata: "https://mcp.example/.well-known/oauth-protected-resource/mcp",
    })
    expect(atob(said.claims ?? "")).toBe(claims)
    expect(refusals[0]).toMatchObject({ reason: "insufficient_claims", subject: "alice" })
    expect(failures).toEqual([challenge])
  })

  test("after the response has begun: the tool says so", async () => {
    const { send } = endpoint({ proxy: failing(), serve: toolServer(true) })
    const response = await send({ json: toolCall("graph"), headers: await bearer() })
    expect(response.status).toBe(200)
    expect(await response.text()).toContain("Sign in with a second factor.")
  })

  test("a token that the verifier refuses for its claims gets them in base64", async () => {
    const refusal = new TokenError("insufficient_claims", "Sign in again.", { claims })
    const proxy: IssuingProxy = {
      ...failing(),
      tokenVerifier: () => ({ verify: () => Promise.reject(refusal) }),
    }
    const { send, refusals } = endpoint({ proxy, serve: toolServer(false) })
    const response = await send({ json: ping, headers: await bearer() })
    expect(response.status).toBe(401)
    const said = challengeOf(response)
    expect(said.error).toBe("insufficient_claims")
    expect(atob(said.claims ?? "")).toBe(claims)
    expect(refusals[0]).toMatchObject({ reason: "insufficient_claims", cause: refusal })
  })

  test("the API that a tool called wants it answered: the same 401, and the proxy is told", async () => {
    const required: IdentityProviderError[] = []
    const serve: ServeMcp = async (_, { authInfo }) => {
      await grantedToken(authInfo).requireClaims(challenge)
      return Response.json({ result: "failed" })
    }
    const { send, refusals } = endpoint({ proxy: proxyOf({ required }), serve })
    const response = await send({ json: toolCall("graph"), headers: await bearer() })
    expect(response.status).toBe(401)
    expect(atob(challengeOf(response).claims ?? "")).toBe(claims)
    expect(refusals[0]).toMatchObject({ reason: "insufficient_claims", subject: "alice" })
    expect(required).toEqual([challenge])
  })

  test("other upstream failures are for the tool to handle", async () => {
    const down = new IdentityProviderError("unavailable", "timeout", "Try again later.")
    const proxy = proxyOf({ upstreamToken: () => Promise.reject(down) })
    const { send } = endpoint({ proxy, serve: toolServer(false) })
    const response = await send({ json: toolCall("graph"), headers: await bearer() })
    expect(await response.json()).toEqual({ result: "Try again later." })
  })
})
