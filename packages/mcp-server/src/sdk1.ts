export type { Sdk1SessionOptions } from "./sdk1/options.ts"
export type { Sdk1Server, Sdk1ServerContext, Sdk1ServerFactory } from "./sdk1/server-factory.ts"
export { type Sdk1Sessions, sdk1Sessions } from "./sdk1/sessions.ts"
export { sdk1Stateless } from "./sdk1/stateless.ts"
