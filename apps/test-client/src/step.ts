import { type Exchange, type Fetch, reasonOf, recordedFetch } from "./http/exchange.ts"
import type { Secrets } from "./http/secrets.ts"
import { REQUIREMENTS, type Requirement, type RequirementId } from "./requirements.ts"

/** A requirement, and whether the server meets it. */
export interface Check extends Requirement {
  /** Which requirement it is. */
  id: RequirementId
  /** Whether the server meets it. */
  held: boolean
  /** What was found instead. */
  detail?: string
}

/** What came of one step of the flow. */
export interface StepResult {
  /** Its place in the flow, from 1. */
  number: number
  /** Its name, such as `token`. A step that is done again has the same one. */
  id: string
  /** Its name for people, such as `Token request`. */
  title: string
  /** `failed` if a MUST was broken or the step could not be done, `skipped` if it does not apply. */
  outcome: "passed" | "failed" | "skipped"
  /** The requirements that were checked. */
  checks: readonly Check[]
  /** The requests that were sent, in order. */
  exchanges: readonly Exchange[]
  /** What the step found or decided. */
  notes: readonly string[]
  /** Why the step could not be done. */
  error?: string
  /** How long it took. */
  milliseconds: number
}

/** What a step has to work with. */
export interface Run {
  fetch(request: Request): Promise<Response>
  /** Records whether a requirement is met; the flow goes on either way. */
  check(id: RequirementId, held: boolean, detail?: string): boolean
  /** Like `check`, for what the flow can't go on without. @throws {Stop} with `otherwise`. */
  demand(id: RequirementId, held: boolean, otherwise: string): asserts held
  note(text: string): void
  secrets: Secrets
}

/** The flow can't go on, or must not. */
export class Stop extends Error {
  override readonly name = "Stop"
}

/** The step does not apply here. */
export class Skip extends Error {
  override readonly name = "Skip"
}

export interface StepDeps {
  fetch: Fetch
  secrets: Secrets
  /** Milliseconds for each request. */
  timeout: number
}

/** What a step did; `value` is absent if the step could not be done. */
export type StepDone<T> = { result: StepResult; value: T } | { result: StepResult }

/** Does one step and records what happened. */
export async function runStep<T>(
  { number, id, title }: Pick<StepResult, "number" | "id" | "title">,
  work: (run: Run) => Promise<T>,
  { fetch, secrets, timeout }: StepDeps,
): Promise<StepDone<T>> {
  const checks: Check[] = []
  const exchanges: Exchange[] = []
  const notes: string[] = []
  const check = (requirement: RequirementId, held: boolean, detail?: string): boolean => {
    const said = held || detail === undefined ? {} : { detail: secrets.text(detail) }
    checks.push({ id: requirement, ...REQUIREMENTS[requirement], held, ...said })
    return held
  }
  const run: Run = {
    fetch: recordedFetch(fetch, secrets, timeout, (exchange) => exchanges.push(exchange)),
    check,
    demand(requirement, held, otherwise) {
      if (!check(requirement, held)) throw new Stop(otherwise)
    },
    note: (text) => notes.push(secrets.text(text)),
    secrets,
  }
  const started = performance.now()
  const finish = (outcome: StepResult["outcome"], error?: string): StepResult => ({
    number,
    id,
    title,
    outcome,
    checks,
    exchanges,
    notes,
    ...(error !== undefined && { error: secrets.text(error) }),
    milliseconds: Math.round(performance.now() - started),
  })
  try {
    const value = await work(run)
    const broken = checks.some(({ held, level }) => !held && level === "MUST")
    return { result: finish(broken ? "failed" : "passed"), value }
  } catch (error) {
    if (error instanceof Skip) return { result: finish("skipped", error.message) }
    return { result: finish("failed", reasonOf(error)) }
  }
}
