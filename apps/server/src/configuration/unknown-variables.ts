import { misspelledName, nearestName, type OptionProblem } from "@doorward/boundary"
import { variableNames } from "./variables.ts"

/** Variables with the same prefixes that other programs read, and that may be set in the same shell. */
const othersVariables: ReadonlySet<string> = new Set([
  // The test client of this project.
  "DOORWARD_CLIENT_SECRET",
  // Claude Code.
  "MCP_TIMEOUT",
  "MCP_TOOL_TIMEOUT",
  "MCP_CLIENT_SECRET",
  "MCP_OAUTH_CALLBACK_PORT",
  "MCP_CONNECTION_NONBLOCKING",
  "MCP_SERVER_CONNECTION_BATCH_SIZE",
  "MCP_REMOTE_SERVER_CONNECTION_BATCH_SIZE",
  // mcp-remote.
  "MCP_REMOTE_CONFIG_DIR",
  // The MCP Inspector.
  "MCP_AUTO_OPEN_ENABLED",
  "MCP_ENV_VARS",
  "MCP_PROXY_AUTH_TOKEN",
  "MCP_PROXY_FULL_ADDRESS",
  "MCP_REQUEST_MAX_TOTAL_TIMEOUT",
  "MCP_REQUEST_TIMEOUT_RESET_ON_PROGRESS",
  "MCP_SERVER_REQUEST_TIMEOUT",
])

/** Whether Kubernetes set it: every container gets such variables for a Service called `doorward` or `mcp`. */
const isOfService = (name: string, value = "") =>
  /_SERVICE_(HOST|PORT(_\w+)?)$|_PORT_\d+_(TCP|UDP|SCTP)(_\w+)?$/.test(name) ||
  (name.endsWith("_PORT") && /^(tcp|udp|sctp):/.test(value))

/** Azure's hosts and tools set many `AZURE_*` of their own: only a name this close to a setting is a mistake. */
const azureDistance = 2

/** The variables that look like settings of this server but are not. An empty one counts as absent. */
export function unknownVariables(
  environment: Readonly<Record<string, string | undefined>>,
): readonly OptionProblem[] {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value))
  const unset = variableNames.filter((name) => given[name] === undefined)
  return Object.keys(given).flatMap((option): OptionProblem[] => {
    if (variableNames.includes(option)) return []
    if (option.startsWith("AZURE_")) {
      const nearest = misspelledName(option, unset, azureDistance)
      return nearest ? [{ option, message: didYouMean(nearest) }] : []
    }
    if (!/^(MCP|DOORWARD)_/.test(option) || othersVariables.has(option)) return []
    if (isOfService(option, given[option])) return []
    const nearest = nearestName(option, variableNames)
    const message = nearest ? didYouMean(nearest) : "is not a setting of this server; unset it"
    return [{ option, message }]
  })
}

const didYouMean = (name: string) => `is not a setting of this server; did you mean ${name}?`
