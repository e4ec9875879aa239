import type { ClaimsRequest } from "../state/transaction.ts"

/** Reads a `claims` parameter (OIDC Core §5.5). Unknown content is ignored. */
export function parseClaimsRequest(text: string | undefined): ClaimsRequest {
  const accessToken = member(parse(text), "access_token")
  const values = (name: string): string[] => {
    const request = member(accessToken, name)
    const all = [member(request, "value"), member(request, "values")].flat()
    return all.filter((value) => typeof value === "string")
  }
  const [notBefore] = values("nbf").map(Number).filter(Number.isFinite)
  return {
    acrs: values("acrs"),
    mfa: values("capolids").length > 0,
    cp1: values("xms_cc").some((value) => value.toLowerCase() === "cp1"),
    ...(notBefore !== undefined && { notBefore }),
  }
}

function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined
  return Object.entries(value).find(([key]) => key === name)?.[1]
}
