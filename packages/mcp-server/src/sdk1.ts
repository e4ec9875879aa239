export type { Sdk1Server, Sdk1ServerFactory } from "./sdk1/server-factory.ts"
export { type Sdk1SessionOptions, type Sdk1Sessions, sdk1Sessions } from "./sdk1/sessions.ts"
export { sdk1Stateless } from "./sdk1/stateless.ts"
