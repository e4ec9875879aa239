import { type FlowOptions, type FlowResult, headlessSignIn, runFlow } from "../../src/index.ts"
import {
  type ExampleOptions,
  type ExampleServer,
  exampleServer,
  RESOURCE,
} from "./example-server.ts"

export interface ExampleRun {
  server: ExampleServer
  result: FlowResult
  /** Every broken requirement, as `LEVEL id`. */
  broken: string[]
  /** The step that failed, and why. */
  failure: string | undefined
}

/** Runs the flow against an example server, headless and without sockets. */
export async function run(
  example: ExampleOptions = {},
  options: Partial<FlowOptions> = {},
): Promise<ExampleRun> {
  const server = exampleServer(example)
  const result = await runFlow({
    url: RESOURCE,
    signIn: headlessSignIn(),
    fetch: server.fetch,
    ...options,
  })
  const checks = result.steps.flatMap((step) => step.checks)
  const failed = result.steps.find(({ outcome }) => outcome === "failed")
  return {
    server,
    result,
    broken: checks.filter(({ held }) => !held).map(({ level, id }) => `${level} ${id}`),
    failure: failed && `${failed.id}: ${failed.error ?? "broken"}`,
  }
}
