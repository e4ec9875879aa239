import { describe, expect, test } from "vitest"
import { grantedToken, verifiedToken } from "../src/index.ts"
import { bearer, endpoint, ping, toolCall } from "./support/endpoint.ts"
import { RESOURCE, signToken, verifierFor } from "./support/issuer.ts"

const direct = {
  proxy: undefined,
  resource: RESOURCE,
  verifier: verifierFor(),
  authorizationServers: ["https://login.example"],
} as object

describe("what a tool learns about its caller", () => {
  test("AuthInfo is filled as both SDKs define it", async () => {
    const { send, served } = endpoint()
    const token = await signToken()
    await send({ json: ping, headers: { authorization: `Bearer ${token}` } })
    const { authInfo, parsedBody } = served[0] ?? {}
    expect(parsedBody).toEqual(ping)
    expect(authInfo).toMatchObject({
      token,
      clientId: "client-1",
      scopes: ["mcp.read"],
      resourceMetadataUrl: "https://mcp.example/.well-known/oauth-protected-resource/mcp",
    })
    expect(authInfo?.resource.href).toBe(RESOURCE)
    expect(authInfo?.expiresAt).toBeGreaterThan(Date.now() / 1000)
    expect(authInfo?.extra.identity).toMatchObject({ subject: "alice", name: "Alice" })
  })

  test("grantedToken gives the identity and upstream tokens, with types", async () => {
    const { send, served } = endpoint()
    await send({ json: ping, headers: await bearer() })
    const granted = grantedToken(served[0]?.authInfo)
    expect(granted.identity.name).toBe("Alice")
    expect(await granted.upstreamToken(["User.Read"])).toMatchObject({
      accessToken: "upstream",
      scopes: ["User.Read"],
    })
  })

  test("without a proxy there is a verified token and no grant", async () => {
    const { send, served } = endpoint(direct)
    await send({ json: ping, headers: await bearer() })
    const { authInfo } = served[0] ?? {}
    expect(verifiedToken(authInfo)).toMatchObject({ subject: "alice", scopes: ["mcp.read"] })
    expect(() => grantedToken(authInfo)).toThrow("did not sign in through a proxy")
  })

  test("without a guard, both accessors say so", () => {
    expect(() => verifiedToken(undefined)).toThrow("not behind mcpGuard or protectMcp")
    expect(() => grantedToken({ extra: {} })).toThrow("not behind mcpGuard or protectMcp")
  })

  test("a token that names no client gives an empty client id", async () => {
    const { send, served } = endpoint(direct)
    await send({ json: ping, headers: await bearer({ client_id: undefined }) })
    expect(served[0]?.authInfo.clientId).toBe("")
  })

  test("a tool that changes its authInfo changes no other request's", async () => {
    const { send, served } = endpoint()
    const headers = await bearer()
    await send({ json: ping, headers })
    served[0]?.authInfo.scopes.push("admin")
    await send({ json: toolCall("x"), headers })
    expect(served[1]?.authInfo.scopes).toEqual(["mcp.read"])
  })
})
