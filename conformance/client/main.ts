import { headlessSignIn, runFlow, terminalReport } from "@doorward/test-client"

/**
 * The test client as the suite's client scenarios start it: the address of the server is the last
 * argument, and the environment says which scenario it is and what the client knows beforehand.
 */
const {
  MCP_CONFORMANCE_PROTOCOL_VERSION: revision,
  MCP_CONFORMANCE_SCENARIO: scenario = "",
  MCP_CONFORMANCE_CONTEXT: context = "{}",
} = process.env

const { client_id, client_secret }: { client_id?: string; client_secret?: string } =
  JSON.parse(context)

// The suite fetches no document: it looks whether a client that has one uses its URL.
const clientMetadataUrl = scenario.startsWith("auth/basic-cimd")
  ? "https://conformance-test.local/client-metadata.json"
  : undefined

const report = terminalReport(process.stdout)
const result = await runFlow({
  url: process.argv.at(-1) ?? "",
  signIn: headlessSignIn({ redirectUri: "http://localhost:3000/callback" }),
  era: revision === "2026-07-28" ? "modern" : "legacy",
  clientId: client_id,
  clientSecret: client_secret,
  clientMetadataUrl,
  onEvent: report.onEvent,
})
process.exitCode = result.ok ? 0 : 1
