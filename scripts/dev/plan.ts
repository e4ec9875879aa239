import { defaultApp, defaultTenant } from "@doorward/entra-emulator"
import type { Backend } from "./arguments.ts"
import { freePort, isFree } from "./ports.ts"

export type Environment = Readonly<Record<string, string | undefined>>

/** One process of the stack. */
export interface Service {
  name: string
  /** The folder of its package in the repository; its `src/main.ts` runs. */
  folder: string
  args: readonly string[]
  env: Readonly<Record<string, string>>
  /** Answers 200 when the process is ready. */
  readyUrl: string
}

/** The emulator, where it stands in for Entra ID. */
export interface EmulatorPlan {
  url: string
  /** What a server sets to sign people in with it. */
  settings: Readonly<Record<string, string>>
  redirectUri: string
}

export interface Plan {
  services: readonly Service[]
  mcpUrl: string
  testClientUrl: string
  emulator: EmulatorPlan | undefined
  /** What is behind the sign-in; without it, the example tools. */
  backend: Backend
  /** The server's whole environment. */
  serverEnvironment: Environment
}

type PortOf = (variable: string, usual: number) => Promise<number>

/**
 * Decides what runs where: with any `AZURE_*` set the real Entra ID is used, else the emulator.
 *
 * @param ports `free` takes ports that nothing uses, and keeps no records.
 * @throws {Error} if a port is in use, naming its variable.
 */
export async function makePlan(
  environment: Environment,
  ports: "configured" | "free",
  backend: Backend,
): Promise<Plan> {
  const portOf = ports === "free" ? freePort : configuredPort(environment)
  const emulator = usesEntra(environment)
    ? undefined
    : emulatorAt(await portOf("ENTRA_EMULATOR_PORT", 9400))
  const server = {
    ...serverAt(await portOf("MCP_SERVER_PORT", 8000), environment, emulator, ports),
    args: backendArguments(backend),
  }
  const serverEnvironment = { ...environment, ...server.env }
  const baseUrl = serverEnvironment.MCP_BASE_URL || `http://localhost:${server.env.MCP_SERVER_PORT}`
  const mcpUrl = `${baseUrl.replace(/\/+$/, "")}/mcp`
  const testClient = testClientAt(await portOf("TEST_CLIENT_PORT", 8400), mcpUrl)
  return {
    services: [...(emulator ? [emulatorService(emulator)] : []), server, testClient],
    mcpUrl,
    testClientUrl: testClient.readyUrl,
    emulator,
    backend,
    serverEnvironment,
  }
}

const backendArguments = (backend: Backend): readonly string[] => {
  if (!backend) return []
  return "url" in backend ? ["--upstream", backend.url] : ["--", ...backend.command]
}

const usesEntra = (environment: Environment) =>
  Object.entries(environment).some(([name, value]) => name.startsWith("AZURE_") && value)

const configuredPort =
  (environment: Environment): PortOf =>
  async (variable, usual) => {
    const port = Number(environment[variable] || usual)
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      throw new Error(`${variable} must be a port number.`)
    }
    if (await isFree(port)) return port
    throw new Error(
      `Port ${port} is in use: stop what listens there, or set ${variable} to another port.`,
    )
  }

const emulatorAt = (port: number): EmulatorPlan => ({
  url: `http://localhost:${port}`,
  settings: {
    AZURE_TENANT_ID: defaultTenant.id,
    AZURE_CLIENT_ID: defaultApp.clientId,
    AZURE_CLIENT_SECRET: defaultApp.clientSecret,
    AZURE_AUTHORITY_HOST: `http://localhost:${port}`,
    AZURE_GRAPH_URL: `http://localhost:${port}`,
  },
  redirectUri: defaultApp.redirectUri,
})

const emulatorService = ({ url }: EmulatorPlan): Service => ({
  name: "entra-emulator",
  folder: "packages/entra-emulator",
  args: [],
  env: { ENTRA_EMULATOR_HOST: "localhost", ENTRA_EMULATOR_PORT: new URL(url).port },
  readyUrl: `${url}/${defaultTenant.id}/v2.0/.well-known/openid-configuration`,
})

const serverAt = (
  port: number,
  environment: Environment,
  emulator: EmulatorPlan | undefined,
  ports: "configured" | "free",
): Omit<Service, "args"> => ({
  name: "server",
  folder: "apps/server",
  env: {
    MCP_SERVER_PORT: String(port),
    DOORWARD_LOG_LEVEL: environment.DOORWARD_LOG_LEVEL || "warn",
    ...(ports === "free"
      ? { MCP_BASE_URL: `http://localhost:${port}`, MCP_STORE_URL: "memory:" }
      : {}),
    ...emulator?.settings,
  },
  readyUrl: `http://localhost:${port}/readyz`,
})

const testClientAt = (port: number, mcpUrl: string): Service => ({
  name: "test-client",
  folder: "apps/test-client",
  args: [mcpUrl, "--web", "--port", String(port)],
  env: {},
  readyUrl: `http://127.0.0.1:${port}/`,
})
