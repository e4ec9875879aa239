import { headlessSignIn } from "@doorward/test-client"
import { freePort } from "@doorward/test-support/free-port"
import { doorward } from "../servers/doorward.ts"
import { runSuite } from "../suite.ts"
import type { Part } from "./part.ts"

const clientId = "conformance"

/** The authorization server's scenarios. The suite is the client; a browser without a screen signs in. */
export async function* authorization(): ReturnType<Part> {
  const port = await freePort()
  const redirectUri = `http://127.0.0.1:${port}/callback`
  const server = await doorward({
    clients: [{ clientId, redirectUris: [redirectUri] }],
  })
  const { visit } = headlessSignIn({ user: "alice", redirectUri })
  let said = ""
  let signedIn: Promise<unknown> | undefined
  const signIn = async (url: string) => fetch(await visit(new URL(url), fetch))
  try {
    const args = ["--url", server.url, "--resource", `${server.url}/mcp`, "-p", String(port)]
    const checks = await runSuite(["authorization", ...args, "--client-id", clientId], (chunk) => {
      said += chunk
      const url = /(http:\S+\/authorize\?\S+)\s/.exec(said)?.[1]
      if (url) signedIn ??= signIn(url)
    })
    await signedIn
    yield { checks, required: [] }
  } finally {
    await server.close()
  }
}
