import type { Context, Hono } from "hono"
import { pushAuthorizationRequest } from "../../flow/authorize/pushed-request.ts"
import { startDevice } from "../../flow/authorize/start-device.ts"
import { authenticateClient } from "../../flow/clients/authenticate.ts"
import { introspectToken } from "../../flow/tokens/introspect.ts"
import { revokeToken } from "../../flow/tokens/revoke.ts"
import type { Client } from "../../ports/client.ts"
import { type Parameters, readParameters } from "../../protocol/parameters.ts"
import { endpointPaths } from "../../protocol/server-metadata.ts"
import { parseTokenRequest } from "../../protocol/token-request.ts"
import type { HttpContext } from "../context.ts"
import { nameClient } from "../refusal.ts"
import { readForm } from "../request-body.ts"
import { readClientCredential } from "./client-authentication.ts"
import { provenKey } from "./proven-key.ts"
import { createResourceServerAuthentication } from "./resource-server-authentication.ts"
import { redeemGrant } from "./token-grants.ts"

/** The endpoints that clients and resource servers call directly. */
export function addTokenRoutes(app: Hono, http: HttpContext): void {
  const { deps, options } = http
  const authenticateResourceServer = createResourceServerAuthentication(
    options.resourceServers ?? [],
  )

  app.post(endpointPaths.token, async (c) => {
    const { parameters, client } = await readClientRequest(c, http)
    const request = parseTokenRequest(parameters, deps.settings.grantTypes)
    const jkt = await provenKey(c, "token", http)
    return c.json(await redeemGrant(request, client, jkt, http), 200, noStore)
  })

  app.post(endpointPaths.revoke, async (c) => {
    await revokeToken(await readClientRequest(c, http), deps)
    return c.body(null, 200, noStore)
  })

  app.post(endpointPaths.par, async (c) => {
    const form = await readForm(c)
    const client = await authenticate(c, readParameters(form), http)
    const jkt = await provenKey(c, "par", http)
    const pushed = await pushAuthorizationRequest({ client, parameters: form, jkt }, deps)
    return c.json(pushed, 201, noStore)
  })

  if (deps.settings.grantTypes.includes("urn:ietf:params:oauth:grant-type:device_code")) {
    app.post(endpointPaths.deviceAuthorization, async (c) =>
      c.json(await startDevice(await readClientRequest(c, http), deps), 200, noStore),
    )
  }

  app.post(endpointPaths.introspect, async (c) => {
    const form = await readForm(c)
    const resource = await authenticateResourceServer(c)
    const token = readParameters(form).require("token")
    return c.json(await introspectToken({ token, resource }, deps), 200, noStore)
  })
}

const noStore = { "Cache-Control": "no-store" }

async function readClientRequest(
  c: Context,
  http: HttpContext,
): Promise<{ parameters: Parameters; client: Client }> {
  const parameters = readParameters(await readForm(c))
  return { parameters, client: await authenticate(c, parameters, http) }
}

async function authenticate(c: Context, parameters: Parameters, http: HttpContext) {
  const client = await authenticateClient(readClientCredential(c, parameters), http.deps)
  nameClient(c, client.id)
  return client
}
