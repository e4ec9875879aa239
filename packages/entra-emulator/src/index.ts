export {
  type Certificate,
  type SelfSignedCertificateOptions,
  selfSignedCertificate,
} from "./certificate.ts"
export { type ControlCommand, UnknownTargetError } from "./control.ts"
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
} from "./defaults.ts"
export { createEntraEmulator, type EntraEmulator } from "./emulator.ts"
export type {
  AppRegistrationInput,
  EntraEmulatorOptions,
  FaultInput,
  TenantInput,
  UserInput,
} from "./options.ts"
export { type ServedEmulator, type ServeOptions, serveEntraEmulator } from "./serve.ts"
