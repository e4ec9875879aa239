import { openMethods } from "@doorward/mcp-server"
import { z } from "zod"
import { otherIssuersSchema } from "./other-issuers-schema.ts"
import { policySchema } from "./policy-schema.ts"
import { flag, list, numeric } from "./values.ts"

const seconds = (text: string) => numeric(z.number().positive()).optional().describe(text)
const count = (text: string) => numeric(z.int().min(1)).optional().describe(text)

const assertion = z.union([
  flag(z.boolean()),
  z.strictObject({
    audience: z.string().optional().describe("Its `aud`. Default: the backend's URL."),
    header: z.string().optional().describe("Its header. Default: `X-Doorward-Assertion`."),
  }),
])

const identity = z.union([
  flag(z.boolean()),
  z.strictObject({
    headers: flag(z.boolean())
      .optional()
      .describe("Send `X-Doorward-Subject`, `-Email` and so on. Default: false."),
    assertion: assertion
      .optional()
      .describe("Send a signed JWT that is good for 60 seconds. Default: false."),
    upstreamToken: z
      .strictObject({
        scopes: list().describe("The scopes of one API, such as `User.Read`."),
        header: z.string().optional().describe("Its header. Default: `Authorization`, as Bearer."),
      })
      .optional()
      .describe("Send a token of Entra ID, got on behalf of the caller. Default: none."),
  }),
])

const command = z.preprocess(
  (value) => (typeof value === "string" ? value.split(/\s+/).filter((word) => word !== "") : value),
  z.array(z.string()).min(1, "must name a command"),
)

/** One MCP server behind the door. */
export const backendSchema = z
  .strictObject({
    url: z
      .string()
      .optional()
      .describe("Where the server listens, such as http://127.0.0.1:9000/mcp."),
    command: command
      .optional()
      .describe(
        "Starts a stdio server for each caller: the program and its arguments. No shell reads it.",
      ),
    path: z
      .string()
      .regex(/^(\/[\w~.-]+)+$/, "must be a path such as /github/mcp")
      .optional()
      .describe(
        "The path of the endpoint below `baseUrl`. Default: `/{key}/mcp`; for the key `mcp`, `/mcp`.",
      ),
    name: z
      .string()
      .min(1)
      .optional()
      .describe("The name that people see. Default: the key; of the only backend, the host."),
    scopes: list().optional().describe("What clients may ask for here. Default: every scope."),
    challengeScopes: list()
      .optional()
      .describe(
        "What clients ask for at first. They sign in again for the other scopes when a rule of `policy` asks for them. Default: `scopes`.",
      ),
    requireScopes: list().optional().describe("What every token must have. Default: none."),
    open: z
      .array(z.enum(openMethods))
      .min(1, "must name at least one method")
      .optional()
      .describe(
        "What clients may find out without a token, such as `initialize` and `tools/list`; a call then leads to the sign-in. Only for a server that keeps no sessions. Default: nothing.",
      ),
    policy: policySchema.optional(),
    alsoAccept: otherIssuersSchema.optional(),
    allowedOrigins: list()
      .optional()
      .describe("Web pages that may call; `*` is all. Default: the top level's `allowedOrigins`."),
    maxBodyBytes: count("The longest request, in bytes. Default: 4194304."),
    identity: identity
      .optional()
      .describe(
        "How the server learns who is calling. For a command: `true` sets `DOORWARD_*` variables. Default: not at all.",
      ),
    transport: z
      .enum(["streamable-http", "sse"], { error: "must be streamable-http or sse" })
      .optional()
      .describe("`sse` for the HTTP+SSE transport of 2024-11-05. Default: `streamable-http`."),
    headers: z
      .record(z.string(), z.string())
      .optional()
      .describe("Headers for every request, such as an API key of the backend."),
    connectSeconds: seconds("Seconds until the connection must stand. Default: 5."),
    answerSeconds: seconds("Seconds until an answer must begin. Default: 300."),
    maxInFlight: count("Requests on their way at once. Default: 256."),
    maxStreams: count("Event streams open at once. Default: 10000."),
    maxAnswerBytes: count(
      "The longest answer that is no event stream, in bytes. Default: 33554432.",
    ),
    environment: z
      .record(z.string(), z.string())
      .optional()
      .describe("Variables for the command. It gets no others but PATH, HOME and the like."),
    cwd: z.string().optional().describe("The folder that the command runs in."),
    maxProcesses: count("Processes at once. Default: 100."),
    maxProcessesPerCaller: count("Processes of one user with one client. Default: 5."),
    idleMinutes: seconds("Minutes without use after which a process ends. Default: 30."),
    startSeconds: seconds("Seconds until a process must have answered first. Default: 30."),
  })
  .describe("One MCP server: where it listens, or the command that starts it.")

export type BackendSettings = z.output<typeof backendSchema>

/** What only a server at a URL can have, and what only a command can have. */
export const ofUrl = [
  "transport",
  "headers",
  "connectSeconds",
  "answerSeconds",
  "maxInFlight",
  "maxStreams",
  "maxAnswerBytes",
] as const
export const ofCommand = [
  "environment",
  "cwd",
  "maxProcesses",
  "maxProcessesPerCaller",
  "idleMinutes",
  "startSeconds",
] as const

/** The path of a backend that names none. */
export const usualPath = (key: string): string => (key === "mcp" ? "/mcp" : `/${key}/mcp`)
