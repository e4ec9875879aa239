export { ConfigurationError, type OptionProblem } from "@doorward/boundary"
export {
  type Backend,
  BackendError,
  type BackendEvent,
  type BackendFailure,
  type BackendRefusal,
  type BackendReport,
} from "./backend.ts"
export { forwardTo } from "./forward-to.ts"
export type {
  AssertionOptions,
  AssertionSigner,
  BackendOptions,
  ForwardToOptions,
  IdentityOptions,
  SpawnServersOptions,
  UpstreamTokenOptions,
} from "./options.ts"
export { spawnServers } from "./stdio/spawn-servers.ts"
