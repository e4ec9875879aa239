import type { AuthInfo } from "@doorward/mcp-server"
import type { ForwardToSettings } from "../options-schema.ts"
import { assertions } from "./assertions.ts"
import type { Caller } from "./caller.ts"
import { identityValues } from "./identity-values.ts"
import { upstreamTokenFor } from "./upstream-token.ts"

/** The headers that tell a backend who is calling. */
export type IdentityHeaders = (
  authInfo: AuthInfo,
  caller: Caller,
) => Promise<Record<string, string>> | Record<string, string>

/** @param backend the backend's URL, for which assertions are made unless another audience is set. */
export function identityHeaders(
  { headers: sendsHeaders, assertion, upstreamToken }: ForwardToSettings["identity"],
  backend: string,
): IdentityHeaders {
  const assert = assertion && assertions(assertion.proxy, assertion.audience ?? backend)
  const headersOf = (caller: Caller) => (sendsHeaders ? valuesAsHeaders(caller) : {})
  if (!assert && !upstreamToken) return (_authInfo, caller) => headersOf(caller)
  return async (authInfo, caller) => {
    const headers = headersOf(caller)
    if (assertion && assert) put(assertion.header, await assert(caller), headers)
    if (upstreamToken) {
      const token = await upstreamTokenFor(authInfo, upstreamToken.scopes)
      put(upstreamToken.header, token, headers)
    }
    return headers
  }
}

function put(name: string, token: string, headers: Record<string, string>): void {
  headers[name] = name === "authorization" ? `Bearer ${token}` : token
}

function valuesAsHeaders(caller: Caller): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of identityValues(caller)) {
    headers[`x-doorward-${name.toLowerCase()}`] = value
  }
  return headers
}
