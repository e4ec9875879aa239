export { ConfigurationError } from "@doorward/boundary"
export { type ComposedServer, composeServer } from "./compose.ts"
export { type Configuration, readConfiguration } from "./configuration.ts"
export { type RunningServer, startServer } from "./start.ts"
