export { type CheckName, checkNames, type RegistrationCheck } from "./check.ts"
export { registrationChecks } from "./registration-checks.ts"
