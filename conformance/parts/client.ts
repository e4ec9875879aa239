import { join } from "node:path"
import { type Check, REVISIONS, type Revision, requiredScenarios, runSuite } from "../suite.ts"
import type { Part } from "./part.ts"

const adapter = join(import.meta.dirname, "../client/main.ts")

/** The client scenarios that are about authorization, with `apps/test-client`. */
export async function* client(): ReturnType<Part> {
  for (const revision of REVISIONS) {
    const free = await passedByDoingNothing(revision)
    const checks = await clientScenarios(`${process.execPath} ${adapter}`, revision)
    yield {
      revision,
      checks: checks.filter((check) => check.status !== "SUCCESS" || !free.has(keyOf(check))),
      required: requiredScenarios(revision, "client").filter(isAboutAuthorization),
    }
  }
}

/** Checks that a client passes which sends nothing: they say nothing about ours. */
async function passedByDoingNothing(revision: Revision): Promise<Set<string>> {
  const checks = await clientScenarios("true", revision)
  return new Set(checks.filter(({ status }) => status === "SUCCESS").map(keyOf))
}

async function clientScenarios(command: string, revision: Revision): Promise<Check[]> {
  const checks = await runSuite(["client", "--command", command, "--requirements", revision])
  return checks.filter(({ scenario }) => isAboutAuthorization(scenario))
}

const isAboutAuthorization = (scenario: string) => scenario.startsWith("auth/")
const keyOf = ({ scenario, id }: Check) => `${scenario}: ${id}`
