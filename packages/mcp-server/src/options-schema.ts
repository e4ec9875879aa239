import {
  addProblem,
  ConfigurationError,
  customOption,
  despiteOtherProblems,
  functionOption,
  type OptionFields,
  objectOption,
  readOptions,
} from "@doorward/boundary"
import type { TokenVerifier } from "@doorward/jwt-verifier"
import { z } from "zod"
import { type OpenDiscovery, openMethods } from "./open-discovery.ts"
import type {
  GuardOptions,
  IssuingProxy,
  McpGuardOptions,
  MountOptions,
  ProtectMcpOptions,
  ResourceOptions,
} from "./options.ts"
import type { UnmatchedRule } from "./policy/policy.ts"
import { hiddenKeys, policySchema, scopesSchema } from "./policy/policy-schema.ts"
import { isOrigin } from "./protocol/origin.ts"
import { isResourceUrl } from "./protocol/resource-metadata.ts"
import type { Refusal } from "./refusals.ts"
import { resourceOfProxy } from "./resource-of-proxy.ts"
import type { ServeMcp, ServeOpen } from "./serve-mcp.ts"

/** Options of `mcpGuard` or `protectMcp`, checked, with their defaults. */
export type CheckedOptions = ResourceOptions &
  Partial<MountOptions> &
  z.output<z.ZodObject<typeof guardShape>>

/** @throws {ConfigurationError} with every mistake at once. */
export function readMcpGuardOptions(options: McpGuardOptions): CheckedOptions {
  return read("mcpGuard", mcpGuardOptions, options)
}

/** @throws {ConfigurationError} with every mistake at once. */
export function readProtectMcpOptions(options: ProtectMcpOptions): CheckedOptions & MountOptions {
  return { ...read("protectMcp", protectMcpOptions, options), path: options.path }
}

const resourceShape = {
  proxy: customOption<IssuingProxy>(isIssuingProxy, "must be what oauthProxy returned").optional(),
  resource: z.string().optional(),
  verifier: objectOption<TokenVerifier>(
    "must be an object with a method verify(token)",
    "verify",
  ).optional(),
  authorizationServers: z.array(z.string()).min(1).optional(),
  alsoAccept: z
    .array(objectOption<TokenVerifier>("must be an object with a method verify(token)", "verify"))
    .optional(),
  scopes: scopesSchema.optional(),
  challengeScopes: scopesSchema.optional(),
  requireScopes: scopesSchema.optional(),
  name: z.string().optional(),
} satisfies { [Name in keyof ResourceOptions]-?: z.ZodType<ResourceOptions[Name]> }

const guardShape = {
  serve: customOption<ServeMcp>(
    isFunction,
    "must be a function (request, { authInfo, parsedBody }) => Response",
  ),
  allowedOrigins: z
    .union([
      z.literal("*"),
      z.array(
        z.string().refine(isOrigin, {
          error: ({ input }) =>
            `must be an origin such as https://inspector.example: ${JSON.stringify(input)} is not one`,
        }),
      ),
    ])
    .optional(),
  open: z
    .strictObject({
      methods: z.array(z.enum(openMethods)).min(1, "must name at least one method"),
      serve: functionOption<ServeOpen>(),
    } satisfies OptionFields<OpenDiscovery>)
    .optional(),
  policy: policySchema.default({}),
  maxBodyBytes: z
    .int()
    .min(1)
    .default(4 * 1024 * 1024),
  onRefusal: functionOption<(refusal: Refusal) => void>().optional(),
  onUnmatchedRule: functionOption<(rule: UnmatchedRule) => void>().optional(),
} satisfies OptionFields<GuardOptions>

const mountShape = { path: z.string() } satisfies OptionFields<MountOptions>

const mcpGuardOptions = z
  .strictObject({ ...resourceShape, ...guardShape })
  .superRefine(checkResource, despiteOtherProblems)
  .superRefine(checkChallengeScopes, despiteOtherProblems)

const protectMcpOptions = z
  .strictObject({ ...resourceShape, ...guardShape, ...mountShape })
  .superRefine(checkResource, despiteOtherProblems)
  .superRefine(checkChallengeScopes, despiteOtherProblems)

function read(
  subject: string,
  schema: typeof mcpGuardOptions | typeof protectMcpOptions,
  options: McpGuardOptions,
): CheckedOptions {
  // `checkResource` has made sure that they are one of the two kinds of resource.
  const checked = readOptions(subject, schema, options) as CheckedOptions
  const hidden = hiddenKeys(options.policy ?? {})
  if (hidden.length > 0) {
    const message = "cannot be a name in a policy"
    throw new ConfigurationError(
      subject,
      hidden.map((option) => ({ option, message })),
    )
  }
  return checked
}

/** The members that only fit together, whatever else is wrong. */
function checkResource(
  options: z.output<z.ZodObject<typeof resourceShape>> & Partial<MountOptions>,
  context: z.core.$RefinementCtx,
): void {
  const { proxy, resource, path } = options
  const needed = ["resource", "verifier", "authorizationServers"] as const
  if (proxy === undefined) {
    const missing = needed.filter((option) => options[option] === undefined)
    if (missing.length === needed.length) {
      addProblem(
        context,
        ["proxy"],
        (name) =>
          `is missing; set it, or set ${name("resource")}, ${name("verifier")} and ${name("authorizationServers")}`,
      )
      return
    }
    for (const option of missing) {
      addProblem(
        context,
        [option],
        (name) => `is missing; it is required unless ${name("proxy")} is set`,
      )
    }
    if (options.alsoAccept !== undefined) {
      addProblem(
        context,
        ["alsoAccept"],
        (name) => `needs ${name("proxy")}; without one, ${name("verifier")} can be firstOf(…)`,
      )
    }
    if (typeof resource === "string" && !isResourceUrl(resource)) {
      addProblem(
        context,
        ["resource"],
        "must be an http or https URL without a query or a fragment",
      )
    }
    return
  }
  for (const option of ["verifier", "authorizationServers"] as const) {
    if (options[option] === undefined) continue
    addProblem(context, [option], (name) => `cannot be combined with ${name("proxy")}`)
  }
  if (!isIssuingProxy(proxy) || resourceOfProxy({ proxy, resource, path })) return
  const known = proxy.resources.map((each) => each.resource).join(", ")
  if (resource !== undefined) {
    addProblem(context, ["resource"], `must be one of the proxy's resources: ${known}`)
  } else if (path !== undefined) {
    addProblem(
      context,
      ["path"],
      (name) =>
        `must be the path of one of the proxy's resources (${known}), unless ${name("resource")} is set`,
    )
  } else {
    addProblem(context, ["resource"], `is missing; the proxy has more than one: ${known}`)
  }
}

/** A client cannot be told to ask for what the resource does not have. */
function checkChallengeScopes(
  options: z.output<z.ZodObject<typeof resourceShape>> & Partial<MountOptions>,
  context: z.core.$RefinementCtx,
): void {
  const { proxy, resource, path, challengeScopes = [], requireScopes = [] } = options
  const ofProxy = isIssuingProxy(proxy) ? resourceOfProxy({ proxy, resource, path })?.scopes : []
  const known = options.scopes ?? ofProxy ?? challengeScopes
  for (const [index, scope] of challengeScopes.entries()) {
    if (known.includes(scope) || requireScopes.includes(scope)) continue
    addProblem(
      context,
      ["challengeScopes", index],
      (name) => `names the scope ${scope}, which is not one of ${name("scopes")}`,
    )
  }
}

function isIssuingProxy(value: unknown): value is IssuingProxy {
  return (
    typeof value === "object" &&
    value !== null &&
    "resources" in value &&
    Array.isArray(value.resources) &&
    "tokenVerifier" in value &&
    isFunction(value.tokenVerifier)
  )
}

function isFunction(value: unknown): boolean {
  return typeof value === "function"
}
