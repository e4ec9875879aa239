import { stringify } from "yaml"
import { type Answers, reference } from "./settings-questions.ts"

/** The configuration file for the answers, with comments for whoever edits it next. */
export function configurationText(answers: Answers): string {
  const { baseUrl, tenantId, clientId, credential, backend, store, needsSecret } = answers
  const parts = [
    "# The configuration of doorward: https://github.com/doorward/doorward/blob/main/docs/configuration.md",
    "# yaml-language-server: $schema=https://unpkg.com/doorward/doorward.schema.json",
    "",
    "# The address that clients use.",
    yaml({ baseUrl }),
    ...(needsSecret
      ? [
          "# 32 random bytes in base64url, the same on every instance.",
          yaml({ secret: reference("DOORWARD_SECRET") }),
        ]
      : []),
    ...(store === undefined ? [] : ["# Where records are kept.", yaml({ store })]),
    "# The app registration in Entra ID.",
    yaml({ entra: { tenantId, clientId, ...credential } }),
    ...(backend
      ? [
          "# The MCP server that people sign in for, served at /mcp.",
          yaml({ backends: { mcp: backend } }),
        ]
      : []),
  ]
  return `${parts.join("\n").trimEnd()}\n`
}

const yaml = (value: unknown) => stringify(value, { flowCollectionPadding: false })
