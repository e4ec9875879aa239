import { type Identity, IdentityProviderError } from "@doorward/oauth-core"
import { upstreamFetch } from "@doorward/upstream-client"
import { z } from "zod"
import type { EntraCalls } from "./entra-calls.ts"

/** The ids of 11,000 groups, the most that Graph lists, take less than half of this. */
const maximumBytes = 1024 * 1024

const membershipSchema = z.object({ value: z.array(z.string()) })
const overageSchema = z.object({ _claim_names: z.object({ groups: z.string() }) })

/** Whether a token lists no groups because the person is in more than fit (200). */
export function hasGroupOverage({ claims }: Identity): boolean {
  return overageSchema.safeParse(claims).success
}

/**
 * Asks Microsoft Graph for every group that a person is in, directly or through other groups.
 *
 * @param token for Graph, with a permission such as GroupMember.Read.All.
 * @throws {IdentityProviderError} `operator` if the permission is missing.
 */
export async function groupsFromGraph(
  graphUrl: string,
  token: string,
  calls: EntraCalls,
): Promise<readonly string[]> {
  const response = await upstreamFetch(
    `${graphUrl}/v1.0/me/getMemberObjects`,
    {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ securityEnabledOnly: false }),
    },
    { ...calls, maximumBytes },
  )
  const groups = membershipSchema.safeParse(await response.json().catch(() => undefined)).data
    ?.value
  if (response.status === 200 && groups) return groups
  throw new IdentityProviderError(
    "operator",
    "groups_unreadable",
    `Microsoft Graph does not list the groups of this person. Add GroupMember.Read.All under App registrations > API permissions, grant admin consent, and add it to ${calls.optionName("additionalScopes")}.`,
    { cause: new Error(`HTTP ${response.status}`) },
  )
}
