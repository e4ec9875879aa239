import { fileURLToPath } from "node:url"
import { defaultApp, defaultTenant } from "@doorward/entra-emulator"
import { ConfigurationProblems, readConfiguration } from "@doorward/server"
import { freePort, isFree } from "./ports.ts"

/** One process of the stack. */
export interface Service {
  name: string
  /** The file that runs, and its arguments. */
  command: readonly string[]
  env: Readonly<Record<string, string>>
  /** Answers 200 when the process is ready. */
  readyUrl: string
}

export interface Plan {
  services: readonly Service[]
  mcpUrl: string
  testClientUrl: string
  /** Where the emulator is, if it stands in for Entra ID. */
  emulatorUrl: string | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Decides what runs where: with any `AZURE_*` set the real Entra ID is used, else the emulator.
 *
 * @param ports `free` takes ports that nothing uses, and forgets everything at the end.
 * @throws {ConfigurationProblems} naming the variable, also for a port that is in use.
 */
export async function makePlan(
  environment: Environment,
  ports: "configured" | "free",
): Promise<Plan> {
  const real = Object.entries(environment).some(
    ([name, value]) => name.startsWith("AZURE_") && value,
  )
  const portOf = async (variable: string, usual: number): Promise<number> => {
    if (ports === "free") return freePort()
    const port = Number(environment[variable] || usual)
    if (await isFree(port)) return port
    throw new ConfigurationProblems([
      `Port ${port} is in use: stop what listens there, or set ${variable} to another port.`,
    ])
  }
  const emulator = real ? undefined : emulatorService(await portOf("ENTRA_EMULATOR_PORT", 9400))
  const server = await serverService(environment, emulator?.url, portOf, ports)
  const testClient = testClientService(await portOf("TEST_CLIENT_PORT", 8400), server.mcpUrl)
  return {
    services: [...(emulator ? [emulator.service] : []), server.service, testClient.service],
    mcpUrl: server.mcpUrl,
    testClientUrl: testClient.url,
    emulatorUrl: emulator?.url,
  }
}

const sourceFile = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

function emulatorService(port: number): { url: string; service: Service } {
  const url = `http://localhost:${port}`
  return {
    url,
    service: {
      name: "entra-emulator",
      command: [sourceFile("packages/entra-emulator/src/main.ts")],
      env: { ENTRA_EMULATOR_HOST: "localhost", ENTRA_EMULATOR_PORT: String(port) },
      readyUrl: `${url}/${defaultTenant.id}/v2.0/.well-known/openid-configuration`,
    },
  }
}

async function serverService(
  environment: Environment,
  emulatorUrl: string | undefined,
  portOf: (variable: string, usual: number) => Promise<number>,
  ports: "configured" | "free",
): Promise<{ mcpUrl: string; service: Service }> {
  const port = await portOf("MCP_SERVER_PORT", 8000)
  const env = {
    MCP_SERVER_PORT: String(port),
    DOORWARD_LOG_LEVEL: environment.DOORWARD_LOG_LEVEL || "warn",
    ...(ports === "free"
      ? { MCP_BASE_URL: `http://localhost:${port}`, MCP_STORE_URL: "memory:" }
      : {}),
    ...(emulatorUrl === undefined
      ? {}
      : {
          AZURE_TENANT_ID: defaultTenant.id,
          AZURE_CLIENT_ID: defaultApp.clientId,
          AZURE_CLIENT_SECRET: defaultApp.clientSecret,
          AZURE_AUTHORITY_HOST: emulatorUrl,
          AZURE_GRAPH_URL: emulatorUrl,
        }),
  }
  // A mistake is said here, before anything starts.
  const configuration = readConfiguration({ ...environment, ...env })
  return {
    mcpUrl: `${configuration.MCP_BASE_URL.replace(/\/+$/, "")}/mcp`,
    service: {
      name: "server",
      command: [sourceFile("apps/server/src/main.ts")],
      env,
      readyUrl: `http://localhost:${port}/readyz`,
    },
  }
}

function testClientService(port: number, mcpUrl: string): { url: string; service: Service } {
  const url = `http://127.0.0.1:${port}/`
  return {
    url,
    service: {
      name: "test-client",
      command: [
        sourceFile("apps/test-client/src/main.ts"),
        mcpUrl,
        "--web",
        "--port",
        String(port),
      ],
      env: {},
      readyUrl: url,
    },
  }
}
