import { stringify } from "yaml"
import { commandForSecret } from "../configuration/cross-checks.ts"
import { reference } from "./credential-questions.ts"
import type { Answers } from "./settings-questions.ts"

/** The configuration file for the answers, with comments for whoever edits it next. */
export function configurationText(answers: Answers): string {
  const { baseUrl, listen, entra, backend, store, needsSecret } = answers
  const secret = needsSecret ? reference("DOORWARD_SECRET") : undefined
  const parts = [
    "# The configuration of doorward: https://github.com/doorward/doorward/blob/main/docs/configuration.md",
    "# yaml-language-server: $schema=https://raw.githubusercontent.com/doorward/doorward/main/apps/server/doorward.schema.json\n",
    setting({ baseUrl }, "The address that clients use."),
    setting({ listen }, "Where the server listens."),
    setting(
      { secret },
      `32 random bytes, the same on every instance. Make them with:\n#   ${commandForSecret}`,
    ),
    setting({ store }, "Where records are kept."),
    setting({ entra }, "The app registration in Entra ID."),
    setting({ backends: backend && { mcp: backend } }, "The MCP server behind it, at /mcp."),
  ]
  return parts.filter((part) => part !== undefined).join("\n")
}

/** A setting below a comment; nothing if it has no value. */
function setting(value: Readonly<Record<string, unknown>>, comment: string): string | undefined {
  const isGiven = Object.values(value).some((each) => each !== undefined)
  return isGiven ? `# ${comment}\n${stringify(value, { lineWidth: 0 })}` : undefined
}
