export { BodyTooLargeError, readBoundedBody } from "./bounded-body.ts"
export { ConfigurationError, type OptionProblem } from "./configuration-error.ts"
export { customOption, functionOption, objectOption } from "./custom-option.ts"
export { exactJson } from "./exact-json.ts"
export { comparableId, isGuid } from "./guid.ts"
export { isLoopbackHost, isSecureUrl } from "./loopback.ts"
export { misspelledName, nearestName } from "./nearest-name.ts"
export type { OptionFields } from "./option-fields.ts"
export {
  addProblem,
  despiteOtherProblems,
  type OptionName,
  type OptionText,
  readableText,
} from "./option-name.ts"
export { plainText } from "./problem-text.ts"
export { type ReadOptionsContext, readOptions } from "./read-options.ts"
export { readSecrets, secretOption } from "./secret.ts"
