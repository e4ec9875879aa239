import { type OptionName, readableText } from "@doorward/boundary"
import { IdentityProviderError, type UpstreamFailure } from "@doorward/oauth-core"
import { explainRefusal, type Refusal, refusalCause } from "@doorward/upstream-client"
import { operatorMeanings } from "./operator-meanings.ts"
import { personMeanings } from "./person-meanings.ts"

/**
 * What a refusal of Entra ID means: by its AADSTS code if that is known, otherwise by its registered code.
 *
 * The message is this package's own and safe to show; Entra ID's text is in `cause`.
 *
 * @param name what the operator calls an option.
 */
export function explainEntraRefusal(refusal: Refusal, name: OptionName): IdentityProviderError {
  const code = aadstsCode(refusal)
  const claims = claimsRequest(refusal.parameters.claims)
  const general = explainRefusal(refusal, name)
  const [failure, message] = meaningOf(code, name) ?? [general.failure, general.message]
  return new IdentityProviderError(
    failure,
    code === undefined ? general.reason : `AADSTS${code}`,
    message,
    { cause: refusalCause(refusal), ...(claims === undefined ? {} : { claims }) },
  )
}

function meaningOf(
  code: number | undefined,
  name: OptionName,
): readonly [UpstreamFailure, string] | undefined {
  if (code === undefined) return undefined
  const text = operatorMeanings[code]
  if (text === undefined) return personMeanings[code]
  return ["operator", readableText(text, name)]
}

/** The most specific code of a refusal: from `error_codes` if it is there, otherwise from the text. */
function aadstsCode(refusal: Refusal): number | undefined {
  const { error_codes } = refusal.parameters
  const first: unknown = Array.isArray(error_codes) ? error_codes[0] : undefined
  if (typeof first === "number" && Number.isSafeInteger(first)) return first
  const text = /\bAADSTS(\d{4,9})\b/.exec(refusal.description)?.[1]
  return text === undefined ? undefined : Number(text)
}

/** Entra ID sends `claims` as JSON text; anything but a JSON object is not passed on. */
function claimsRequest(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined
  try {
    const parsed: unknown = JSON.parse(value)
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)
      ? value
      : undefined
  } catch {
    return undefined
  }
}
