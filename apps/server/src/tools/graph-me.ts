import { grantedToken } from "@doorward/mcp-server"
import { IdentityProviderError } from "@doorward/oauth-core"
import { claimsChallenge } from "@doorward/provider-azure"
import type { McpServer } from "@modelcontextprotocol/server"

const timeout = 10_000

/** `graph_me`: the caller's profile from Microsoft Graph, read with the caller's own token. */
export function registerGraphMe(server: McpServer, { graphUrl }: { graphUrl: string }): void {
  server.registerTool(
    "graph_me",
    {
      title: "My profile",
      description: "The profile of whoever is signed in, from Microsoft Graph.",
    },
    async ({ http }) => {
      const caller = grantedToken(http?.authInfo)
      try {
        const { accessToken } = await caller.upstreamToken(["User.Read"])
        const response = await fetch(`${graphUrl}/v1.0/me`, {
          headers: { authorization: `Bearer ${accessToken}` },
          signal: AbortSignal.timeout(timeout),
        })
        const challenge = claimsChallenge(response)
        if (challenge) {
          await caller.requireClaims(challenge)
          return failed(challenge.message)
        }
        if (!response.ok) return failed(`Microsoft Graph answered with status ${response.status}.`)
        return { content: [{ type: "text", text: await response.text() }] }
      } catch (error) {
        if (error instanceof IdentityProviderError) return failed(error.message)
        return failed("Microsoft Graph could not be reached.")
      }
    },
  )
}

const failed = (text: string) => ({ content: [{ type: "text" as const, text }], isError: true })
