import { guardedFixture } from "./servers/guarded.ts"
import { REVISIONS, requiredScenarios, runSuite } from "./suite.ts"

const server = await guardedFixture()
for (const revision of REVISIONS) {
  const t = Date.now()
  const checks = await runSuite(
    ["server", "--url", server.url, "--requirements", revision],
    process.argv[2] ? (c) => process.stdout.write(c) : undefined,
  )
  const count = (s: string) => checks.filter((c) => c.status === s).length
  console.log(
    revision,
    Date.now() - t,
    count("SUCCESS"),
    count("FAILURE"),
    count("WARNING"),
    count("SKIPPED"),
    new Set(checks.map((c) => c.scenario)).size,
  )
  const required = new Set(requiredScenarios(revision, "server"))
  for (const c of checks)
    if (c.status === "FAILURE" || c.status === "WARNING")
      console.log(
        required.has(c.scenario) ? "REQ" : "   ",
        c.status,
        c.scenario,
        c.id,
        c.errorMessage?.slice(0, 150),
      )
  for (const r of required) if (!checks.some((c) => c.scenario === r)) console.log("missing", r)
}
server.close()
process.exit()
