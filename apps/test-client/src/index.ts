export { ConfigurationError, type OptionProblem } from "@doorward/boundary"
export { type FlowResult, runFlow } from "./flow.ts"
export type { FlowEvent, FlowOptions } from "./flow-options.ts"
export type { Exchange, Fetch } from "./http/exchange.ts"
export {
  type TerminalReport,
  type TerminalReportOptions,
  terminalReport,
} from "./report/terminal.ts"
export { REQUIREMENTS, type Requirement, type RequirementId } from "./requirements.ts"
export { type HeadlessSignInOptions, headlessSignIn } from "./sign-in/headless.ts"
export type { SignIn } from "./sign-in/sign-in.ts"
export { type SystemBrowserOptions, systemBrowserSignIn } from "./sign-in/system-browser.ts"
export type { Check, StepResult } from "./step.ts"
export type { ClientOptions } from "./steps/register-client.ts"
