export { type ComposedServer, composeServer } from "./compose.ts"
export { type Configuration, ConfigurationProblems, readConfiguration } from "./configuration.ts"
export { type RunningServer, startServer } from "./start.ts"
