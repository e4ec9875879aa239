import type { SerializedError } from "vitest"
import type { Reporter, TestCase, TestModule, TestSuite, Vitest } from "vitest/node"

/**
 * Ends a run with `N passed, N failed`, alone on a line, after the skipped tests by name.
 *
 * Counted as failed are: a test that failed or never finished, a file or a suite with an error of its
 * own (a file that does not load, a hook that throws), and each unhandled error.
 */
export class TotalsReporter implements Reporter {
  #filtered = false

  onInit(vitest: Vitest): void {
    this.#filtered = vitest.config.testNamePattern !== undefined
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const failed =
      modules.reduce((sum, module) => sum + countFailures(module), 0) + unhandledErrors.length
    const passed = modules.reduce((sum, module) => sum + count(module, "passed"), 0)
    const skipped = modules.reduce((sum, module) => sum + count(module, "skipped"), 0)
    if (skipped > 0) {
      // With a name filter (-t) nearly everything is skipped, and that is what was asked for.
      const names = this.#filtered ? "" : `: ${modules.flatMap(skippedNames).join("; ")}`
      process.stdout.write(`${skipped} skipped${names}\n`)
    }
    process.stdout.write(`${passed} passed, ${failed} failed\n`)
  }
}

function count(parent: TestModule | TestSuite, state: "passed" | "skipped"): number {
  return [...parent.children.allTests(state)].length
}

function countFailures(module: TestModule): number {
  const tests = [...module.children.allTests()].map((test) => test.result().state)
  const unfinished = tests.filter((state) => state === "failed" || state === "pending").length
  const broken = [module, ...module.children.allSuites()].filter(
    (suite) => suite.errors().length > 0,
  ).length
  const neverRan = module.state() === "queued" || module.state() === "pending"
  return unfinished + broken + (neverRan && unfinished + broken === 0 ? 1 : 0)
}

/** The skipped tests of a file or suite; one that was skipped as a whole is named once, with its size. */
function skippedNames(parent: TestModule | TestSuite): string[] {
  const skipped = count(parent, "skipped")
  if (skipped === 0) return []
  if (skipped > 1 && skipped === [...parent.children.allTests()].length) {
    return [`${oneLine(nameOf(parent))} (${skipped})`]
  }
  return parent.children
    .array()
    .flatMap((child) => (child.type === "test" ? skippedName(child) : skippedNames(child)))
}

function skippedName(test: TestCase): string[] {
  const result = test.result()
  if (result.state !== "skipped") return []
  const why = result.note === undefined ? "" : ` (${result.note})`
  return [oneLine(`${test.fullName}${why}`)]
}

function nameOf(parent: TestModule | TestSuite): string {
  return parent.type === "module"
    ? `${parent.project.name} ${parent.relativeModuleId}`.trim()
    : parent.fullName
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ")
}
