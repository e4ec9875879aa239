export { ConfigurationError, type OptionProblem } from "@doorward/boundary"
export type { RedisStoreOptions } from "./options.ts"
export { redisStore } from "./redis-store.ts"
