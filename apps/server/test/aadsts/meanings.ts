import type { UpstreamFailure } from "@doorward/oauth-core"

/** What an AADSTS code of this meaning leads to. */
export interface Meaning {
  /** In the log: the reason, and whether the line is an error, which an operator must act on. */
  reason: string
  isError: boolean
  /** At the sign-in: the error that the MCP client is redirected with. */
  atSignIn: string
  /** At /token. */
  atRefresh: { status: number; error: string }
  /** Whether a refusal of a refresh ends the grant. */
  endsGrant: boolean
}

const refused = { status: 400, error: "invalid_grant" }
const temporary = { status: 503, error: "temporarily_unavailable" }

export const meanings: Readonly<Record<UpstreamFailure, Meaning>> = {
  denied: {
    reason: "upstream_denied",
    isError: false,
    atSignIn: "access_denied",
    atRefresh: refused,
    endsGrant: true,
  },
  sign_in_required: {
    reason: "upstream_sign_in_required",
    isError: false,
    atSignIn: "login_required",
    atRefresh: refused,
    endsGrant: true,
  },
  interaction_required: {
    reason: "upstream_interaction_required",
    isError: false,
    atSignIn: "interaction_required",
    atRefresh: refused,
    endsGrant: true,
  },
  operator: {
    reason: "upstream_misconfigured",
    isError: true,
    atSignIn: "server_error",
    atRefresh: temporary,
    endsGrant: false,
  },
  unavailable: {
    reason: "upstream_unavailable",
    isError: false,
    atSignIn: "temporarily_unavailable",
    atRefresh: temporary,
    endsGrant: false,
  },
}

/** Where the log has the AADSTS code. A fault of the server itself is logged by its status. */
export const detailOf = (code: number): string => (code === 90055 ? "http_429" : `AADSTS${code}`)
