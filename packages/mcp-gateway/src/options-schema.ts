import {
  addProblem,
  customOption,
  despiteOtherProblems,
  functionOption,
  type OptionFields,
  objectOption,
  readOptions,
  secretOption,
} from "@doorward/boundary"
import { z } from "zod"
import type { BackendEvent } from "./backend.ts"
import { identityNames } from "./identity/identity-values.ts"
import type {
  AssertionOptions,
  AssertionSigner,
  ForwardToOptions,
  IdentityOptions,
  UpstreamTokenOptions,
} from "./options.ts"
import { isHeaderName, isHeaderValue, isReservedHeader } from "./protocol/header-syntax.ts"

/** Options of `forwardTo`, checked, with their defaults. */
export type ForwardToSettings = Omit<z.output<typeof forwardToOptions>, "url" | "name"> & {
  url: URL
  name: string
}

/** @throws {ConfigurationError} with every mistake at once. */
export function readForwardToOptions(
  url: string | URL,
  options: ForwardToOptions,
): ForwardToSettings {
  const checked = readOptions("forwardTo", forwardToOptions, { ...options, url: String(url) })
  const parsed = new URL(checked.url)
  return { ...checked, url: parsed, name: checked.name ?? parsed.host }
}

const url = z.string().superRefine((text, context) => {
  const message = problemWithUrl(text)
  if (message !== undefined) addProblem(context, [], message)
})

const headerName = z
  .string()
  .refine(isHeaderName, "must be the name of a header")
  .refine((name) => !isReservedHeader(name), "must be another header: nobody can set this one")
  .transform((name) => name.toLowerCase())

const assertionShape = {
  proxy: objectOption<AssertionSigner>("must be what oauthProxy returned", "signAssertion"),
  audience: z.string().min(1).optional(),
  header: headerName.default("x-doorward-assertion"),
} satisfies OptionFields<AssertionOptions>

const upstreamTokenShape = {
  scopes: z.array(z.string().min(1)).min(1),
  header: headerName.default("authorization"),
} satisfies OptionFields<UpstreamTokenOptions>

const identityShape = {
  headers: z.boolean().default(false),
  assertion: z.strictObject(assertionShape).optional(),
  upstreamToken: z.strictObject(upstreamTokenShape).optional(),
} satisfies OptionFields<IdentityOptions>

const seconds = z.number().positive().max(2_000_000)

const shape = {
  name: z.string().min(1).optional(),
  onEvent: functionOption<(event: BackendEvent) => void>().optional(),
  secret: secretOption,
  transport: z.enum(["streamable-http", "sse"]).default("streamable-http"),
  identity: z.strictObject(identityShape).default({ headers: false }),
  headers: customOption<Readonly<Record<string, string>>>(
    isRecordOfTexts,
    "must be an object of texts",
  ).default({}),
  connectSeconds: seconds.default(5),
  answerSeconds: seconds.default(300),
  maxInFlight: z.int().min(1).default(256),
  maxStreams: z.int().min(1).default(10_000),
  maxAnswerBytes: z
    .int()
    .min(1)
    .default(32 * 1024 * 1024),
} satisfies OptionFields<ForwardToOptions>

const forwardToOptions = z
  .strictObject({ url, ...shape })
  .superRefine(checkHeaders, despiteOtherProblems)
  .transform(({ headers, ...rest }) => ({ ...rest, headers: lowerCased(headers) }))

/** No header may be set twice, and none may speak for a caller. */
function checkHeaders(
  { headers, identity }: { headers?: unknown; identity?: z.output<typeof shape.identity> },
  context: z.core.$RefinementCtx,
): void {
  const taken = new Map<string, string>()
  for (const name of identityNames)
    taken.set(`x-doorward-${name.toLowerCase()}`, "identity.headers")
  for (const option of ["assertion", "upstreamToken"] as const) {
    const header = identity?.[option]?.header?.toLowerCase()
    if (header === undefined) continue
    const other = taken.get(header)
    if (other !== undefined) {
      addProblem(
        context,
        ["identity", option, "header"],
        (nameOf) => `is a header of ${nameOf(other)}`,
      )
    }
    taken.set(header, `identity.${option}`)
  }
  if (!isRecordOfTexts(headers)) return
  for (const [name, value] of Object.entries(headers)) {
    const message = problemWithHeader(name, value, taken)
    if (message !== undefined) addProblem(context, ["headers", name], message)
  }
}

function problemWithHeader(name: string, value: string, taken: ReadonlyMap<string, string>) {
  if (!isHeaderName(name)) return "must be the name of a header"
  if (isReservedHeader(name)) return "must be removed: nobody can set this header"
  const lower = name.toLowerCase()
  const other = taken.get(lower)
  if (other !== undefined)
    return (nameOf: (option: string) => string) => `is a header of ${nameOf(other)}`
  if (lower.startsWith("x-doorward-"))
    return "must not begin with X-Doorward-, which says who is calling"
  return isHeaderValue(value) ? undefined : "must be visible ASCII, without blanks around it"
}

function problemWithUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return "must be a URL such as http://127.0.0.1:9000/mcp"
  const { protocol, username, password, hash } = new URL(text)
  if (protocol !== "http:" && protocol !== "https:") return "must begin with http:// or https://"
  if (username !== "" || password !== "") {
    return "must not hold a user name or password; put them into headers"
  }
  return hash === "" ? undefined : "must not have a fragment (#…)"
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
}

function isRecordOfTexts(value: unknown): value is Readonly<Record<string, string>> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((each) => typeof each === "string")
  )
}
