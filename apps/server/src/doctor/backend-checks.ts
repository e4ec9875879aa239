import { randomBytes } from "node:crypto"
import { ConfigurationError, nearestName } from "@doorward/boundary"
import { type AssertionSigner, BackendError, type BackendReport } from "@doorward/mcp-gateway"
import { rulesWithoutMatch } from "@doorward/mcp-server"
import { createBackend } from "../backends/create-backend.ts"
import type { Configuration } from "../configuration/read-configuration.ts"
import { type Endpoint, endpointsOf } from "../endpoints.ts"
import { createLogger } from "../operations/log.ts"
import { problemLine } from "../wrong-setting.ts"
import type { Check } from "./check.ts"
import { otherAddressesOf } from "./other-addresses.ts"

type BackendEndpoint = Endpoint & { backend: NonNullable<Endpoint["backend"]> }

/**
 * Checks each backend: that it answers and what it offers, that policies name tools of it, and that it
 * does not answer others beside Doorward.
 */
export async function* backendChecks(configuration: Configuration): AsyncGenerator<Check> {
  const endpoints = endpointsOf(configuration)
  for (const endpoint of endpoints.filter(hasBackend)) {
    const name = `backend ${endpoint.backend.key}`
    try {
      const report = await inspect(endpoint, configuration)
      yield { name, outcome: "passed", detail: summaryOf(report) }
      yield* policyChecks(name, endpoint, report, configuration)
      yield* exposureChecks(name, endpoint)
    } catch (error) {
      yield { name, outcome: "failed", detail: detailOf(error, endpoint) }
    }
  }
}

const hasBackend = (endpoint: Endpoint): endpoint is BackendEndpoint =>
  endpoint.backend !== undefined

/** Nobody signs in for this: the backend is asked without an identity. */
const nobody: AssertionSigner = {
  signAssertion: () => Promise.reject(new TypeError("an inspection has no identity")),
}

async function inspect(
  { setting, backend }: BackendEndpoint,
  configuration: Configuration,
): Promise<BackendReport> {
  const created = createBackend(
    backend.key,
    { ...backend.settings, identity: undefined },
    {
      configuration,
      setting,
      proxy: nobody,
      secret: randomBytes(32).toString("base64url"),
      log: createLogger("silent"),
    },
  )
  try {
    return await created.inspect()
  } finally {
    await created.close()
  }
}

function summaryOf({ protocolVersion, server, tools, prompts, resources }: BackendReport): string {
  const offers = `${tools.length} tools, ${prompts.length} prompts, ${resources.length} resources`
  const name = `${server.name} ${server.version}`.trim()
  return `Answers in MCP ${protocolVersion}${name === "" ? "" : ` as ${name}`}: ${offers}.`
}

/** A rule for something that is not there protects nothing, and what was meant is open. */
function* policyChecks(
  name: string,
  { setting, backend }: BackendEndpoint,
  report: BackendReport,
  { names }: Configuration,
): Generator<Check> {
  for (const rule of rulesWithoutMatch(backend.settings.policy ?? {}, report)) {
    const listed = report[rule.rules]
    const nearest = nearestName(rule.name, listed)
    const advice = nearest === undefined ? "" : ` Is ${nearest} meant?`
    const place = names.placeOf(`${setting}.policy.${rule.rules}.${rule.name}`)
    const detail = `${place} is a rule for ${KINDS[rule.rules]} that the backend does not list.${advice}`
    // A backend may show something only to some people.
    yield { name, outcome: listed.length > 0 ? "failed" : "unknown", detail }
  }
}

const KINDS = { tools: "a tool", prompts: "a prompt", resources: "a resource" } as const

/** Whoever reaches a backend beside Doorward calls it without signing in. */
async function* exposureChecks(name: string, { backend }: BackendEndpoint): AsyncGenerator<Check> {
  const { url } = backend.settings
  if (url === undefined) return
  const others = await otherAddressesOf(new URL(url))
  if (others === "elsewhere") {
    const detail = `Runs on another machine. Make sure that only Doorward reaches ${new URL(url).host}: whoever else does, calls it without signing in.`
    yield { name, outcome: "unknown", detail }
  } else if (others.length > 0) {
    const detail = `Also answers at ${others.join(", ")}: whoever reaches that calls it without signing in. Make it listen on 127.0.0.1 only.`
    yield { name, outcome: "failed", detail }
  }
}

function detailOf(error: unknown, { setting, backend }: BackendEndpoint): string {
  if (error instanceof ConfigurationError) return error.problems.map(problemLine).join(" ")
  if (!(error instanceof BackendError)) throw error
  const { url, command } = backend.settings
  const what = url ?? command?.join(" ")
  return `${what} cannot be used: ${error.message}. Start it, or correct ${setting}.`
}
