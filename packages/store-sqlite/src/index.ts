export { ConfigurationError, type OptionProblem } from "@doorward/boundary"
export type { SqliteStoreOptions } from "./options.ts"
export { sqliteStore } from "./sqlite-store.ts"
