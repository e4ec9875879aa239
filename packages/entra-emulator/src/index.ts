export { ConfigurationError, type OptionProblem } from "@doorward/boundary"
export type { AppRegistrationInput } from "./directory/app-registration.ts"
export {
  defaultApp,
  defaultApps,
  defaultTenant,
  defaultTenants,
  defaultUsers,
  multiTenantApp,
  otherTenant,
  publicApp,
} from "./directory/defaults.ts"
export type { TenantInput } from "./directory/tenant.ts"
export type { UserInput } from "./directory/user.ts"
export { consumersTenantId } from "./directory/well-known-ids.ts"
export { createEntraEmulator, type EntraEmulator } from "./emulator.ts"
export {
  type Certificate,
  type SelfSignedCertificateOptions,
  selfSignedCertificate,
} from "./keys/certificate.ts"
export { type ServedEmulator, type ServeOptions, serveEntraEmulator } from "./serve.ts"
export { UnknownTargetError } from "./state/control.ts"
export type { ControlCommand } from "./state/control-command.ts"
export type { FaultInput } from "./state/faults.ts"
export type { EntraEmulatorOptions } from "./state/options.ts"
