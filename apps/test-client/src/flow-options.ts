import { functionOption, type OptionFields } from "@doorward/boundary"
import { z } from "zod"
import type { Fetch } from "./http/exchange.ts"
import type { SignIn } from "./sign-in/sign-in.ts"
import type { StepResult } from "./step.ts"
import type { Era } from "./steps/list-tools.ts"
import type { ClientOptions } from "./steps/register-client.ts"

/** What `runFlow` reports while it runs. */
export type FlowEvent =
  | { type: "step-started"; number: number; id: string; title: string }
  | { type: "step-finished"; step: StepResult }

/** The options of `runFlow`. */
export interface FlowOptions extends ClientOptions {
  /** The address of the MCP server, http or https. */
  url: string | URL
  /** How to get through the sign-in, such as `headlessSignIn()`. Closed when the flow ends. */
  signIn: SignIn
  /** Which SDK's client makes the calls: `legacy` is 1.x, `modern` is 2.x. Default: `legacy`. */
  era?: Era | undefined
  /** The tool to call. Default: `whoami`, else one without arguments, a read-only one first. */
  tool?: string | undefined
  /** The scopes to ask for, separated by spaces. Default: those that the server names. */
  scope?: string | undefined
  /** How long each request may take, in milliseconds. Default: 30,000. */
  timeoutMilliseconds?: number | undefined
  /** Sends the requests, so that a flow can run against an app without sockets. Default: the global `fetch`. */
  fetch?: Fetch | undefined
  /** Is called when a step starts and when it is finished. Default: nothing is called. */
  onEvent?: ((event: FlowEvent) => void) | undefined
}

const isFunction = (value: unknown) => typeof value === "function"

const isWebUrl = (value: unknown) =>
  (typeof value === "string" || value instanceof URL) &&
  /^https?:$/.test(URL.parse(String(value))?.protocol ?? "")

const isSignIn = (value: unknown) =>
  typeof value === "object" &&
  value !== null &&
  "redirectUri" in value &&
  typeof value.redirectUri === "string" &&
  "visit" in value &&
  isFunction(value.visit) &&
  "close" in value &&
  isFunction(value.close)

export const flowOptionsSchema = z.strictObject({
  url: z.custom<string | URL>(isWebUrl, "must be the http or https URL of an MCP server"),
  signIn: z.custom<SignIn>(isSignIn, "must be a way to sign in, such as headlessSignIn()"),
  era: z.enum(["legacy", "modern"]).default("legacy"),
  tool: z.string().optional(),
  scope: z.string().optional(),
  timeoutMilliseconds: z.int().min(1).default(30_000),
  fetch: functionOption<Fetch>().optional(),
  onEvent: functionOption<(event: FlowEvent) => void>().optional(),
  clientId: z.string().optional(),
  clientSecret: z.string().optional(),
  clientMetadataUrl: z.url({ protocol: /^https?$/, error: "must be a URL" }).optional(),
} satisfies OptionFields<FlowOptions>)
