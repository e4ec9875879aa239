import { reasonOf } from "../http/exchange.ts"
import type { Bearer } from "../mcp/connection.ts"
import { type Run, Skip, Stop } from "../step.ts"
import type { Connected } from "./list-tools.ts"

/** The call succeeded, or needs these scopes. */
export type ToolOutcome = { called: string } | { neededScope: string }

/**
 * Calls a tool: the one that was asked for, else `whoami`, else one that needs no arguments, preferably
 * one that says that it changes nothing.
 */
export async function callTool(
  run: Run,
  { connection, tools }: Connected,
  bearer: Bearer,
  wanted: string | undefined,
  mayStepUp: boolean,
): Promise<ToolOutcome> {
  const name = wanted ?? chooseTool(tools)
  if (!name) throw new Skip("The server has no tool that can be called without arguments.")
  bearer.fetch = run.fetch
  delete bearer.refusal
  try {
    const { text, isError } = await connection.callTool(name)
    run.note(`${name}: ${text}`)
    run.check("tool-called", !isError, text)
    return { called: name }
  } catch (error) {
    const scope = neededScope(run, bearer)
    if (scope !== undefined && mayStepUp) return { neededScope: scope }
    run.check("tool-called", false)
    throw new Stop(reasonOf(error))
  }
}

function chooseTool(tools: Connected["tools"]): string | undefined {
  const callable = tools.filter(({ required }) => required.length === 0)
  const usual = callable.find(({ name }) => name === "whoami")
  return (usual ?? callable.find(({ readOnly }) => readOnly) ?? callable[0])?.name
}

/** What a 403 `insufficient_scope` asks for (SEP-2350). */
function neededScope(run: Run, { refusal }: Bearer): string | undefined {
  const { error, scope } = refusal?.challenge?.parameters ?? {}
  if (refusal?.status !== 403 || error !== "insufficient_scope") return undefined
  run.check("step-up-challenge", scope !== undefined)
  if (scope === undefined) return undefined
  run.note(`the call needs ${scope}`)
  return scope
}
