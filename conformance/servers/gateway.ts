import { newClientSecret } from "@doorward/oauth-core"
import { serveBothEras } from "../fixture/serve-both-eras.ts"
import { tokenFrom } from "./client-token.ts"
import { doorward } from "./doorward.ts"
import { type Listening, listen } from "./listen.ts"
import { CLIENT_ID, POLICY } from "./policy.ts"
import { withToken } from "./with-token.ts"

/** The fixture behind the gateway of a real `doorward`, with a rule that every call must meet. */
export async function gatewayToFixture(): Promise<Listening> {
  const serve = serveBothEras()
  const backend = await listen((request) => serve(request))
  const { secret, hash } = await newClientSecret()
  const gateway = await doorward({
    backends: { mcp: { url: `${backend.url}/mcp`, policy: POLICY } },
    clients: [{ clientId: CLIENT_ID, clientSecretHash: hash, clientCredentials: {} }],
  })
  const forwarder = await withToken(gateway.url, await tokenFrom(gateway.url, secret))
  return {
    url: `${forwarder.url}/mcp`,
    async close() {
      await forwarder.close()
      await gateway.close()
      await backend.close()
    },
  }
}
