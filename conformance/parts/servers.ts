import { gatewayToFixture } from "../servers/gateway.ts"
import { guardedFixture } from "../servers/guarded.ts"
import type { Listening } from "../servers/listen.ts"
import { REVISIONS, requiredScenarios, runSuite } from "../suite.ts"
import type { Found, Part } from "./part.ts"

/** The server scenarios behind `protectMcp`. */
export const guard = () => serverScenarios(guardedFixture)

/** The server scenarios behind the gateway of a real `doorward`. */
export const gateway = () => serverScenarios(gatewayToFixture)

async function* serverScenarios(start: () => Promise<Listening>): ReturnType<Part> {
  const server = await start()
  try {
    for (const revision of REVISIONS) {
      const checks = await runSuite(["server", "--url", server.url, "--requirements", revision])
      const found: Found = { revision, checks, required: requiredScenarios(revision, "server") }
      yield found
    }
  } finally {
    await server.close()
  }
}
