export {
  type Certificate,
  type SelfSignedCertificateOptions,
  selfSignedCertificate,
} from "./keys/certificate.ts"
export { type ControlCommand, UnknownTargetError } from "./state/control.ts"
export {
  consumersTenantId,
  defaultApp,
  defaultApps,
  defaultTenant,
  defaultTenants,
  defaultUsers,
  multiTenantApp,
  otherTenant,
  publicApp,
} from "./directory/defaults.ts"
export { createEntraEmulator, type EntraEmulator } from "./emulator.ts"
export type {
  AppRegistrationInput,
  EntraEmulatorOptions,
  FaultInput,
  TenantInput,
  UserInput,
} from "./state/options.ts"
export { type ServedEmulator, type ServeOptions, serveEntraEmulator } from "./serve.ts"
