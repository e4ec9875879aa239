import { z } from "zod"
import { list, listOf } from "./values.ts"

const rule = z.strictObject({
  scopes: list().optional().describe("Scopes that the token must have, all of them."),
  roles: list().optional().describe("App roles of which the caller must have one."),
  groups: list().optional().describe("Groups of which the caller must be in one, by object id."),
  tenants: list().optional().describe("Organizations of which the caller must be from one, by id."),
  people: list()
    .optional()
    .describe("People of whom the caller must be one, as `tenant.object` id."),
  clients: list()
    .optional()
    .describe(
      "Applications of which the caller must use one, by client id; also agents and their blueprints.",
    ),
  callers: listOf(z.enum(["person", "app", "agent"], { error: "must be person, app or agent" }))
    .optional()
    .describe("What the caller must be: `person`, `app`, `agent`."),
})

const rules = (text: string) => z.record(z.string(), rule).optional().describe(text)

/** What callers may use of one backend. */
export const policySchema = z
  .strictObject({
    default: z
      .enum(["allow", "deny"], { error: "must be allow or deny" })
      .optional()
      .describe(
        "What becomes of a tool, prompt or resource that no rule matches. Default: `allow`.",
      ),
    tools: rules("Rules by the name of a tool; `*` is any text. Default: none."),
    prompts: rules("Rules by the name of a prompt; `*` is any text. Default: none."),
    resources: rules(
      "Rules by the URI of a resource; `*` is any text without a slash, `**` any text. Default: none.",
    ),
    scopeHierarchy: z
      .record(z.string(), list())
      .optional()
      .describe("The scopes that a scope contains. Default: none."),
  })
  .describe(
    "Who may use what. Callers must meet every rule that matches. Default: everybody, everything.",
  )
