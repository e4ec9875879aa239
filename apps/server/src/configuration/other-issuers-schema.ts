import { z } from "zod"
import { list, listOf } from "./values.ts"

/** Whose tokens an endpoint accepts beside those of this server. */
export const otherIssuersSchema = z
  .strictObject({
    entra: listOf(z.enum(["app", "agent"], { error: "must be app or agent" }))
      .optional()
      .describe(
        "Which callers without a person may come with a token of Entra ID for the app registration and an app role: `app`, `agent`. Default: none.",
      ),
    issuers: z
      .array(
        z.strictObject({
          issuer: z.string().describe("The issuer's URL, as its tokens spell it."),
          audience: z.string().optional().describe("Their `aud`. Default: the endpoint's URL."),
          jwksUri: z
            .string()
            .optional()
            .describe("Where its keys are. Default: where its metadata says."),
          typ: z.string().optional().describe("Their `typ`. Default: `at+jwt` (RFC 9068)."),
          algorithms: list().optional().describe("How they may be signed. Default: RFC 9068's."),
        }),
      )
      .optional()
      .describe("Other authorization servers. Default: none."),
  })
  .describe(
    "Whose tokens are accepted beside those of this server. `signIn` does not apply to them. Default: nobody's.",
  )
