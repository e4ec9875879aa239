import { existsSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { readConfiguration } from "doorward"
import { describe, expect, test } from "vitest"
import { parse } from "yaml"
import { z } from "zod"
import { anySecret, readWithSecrets } from "./read-with-secrets.ts"
import { repository } from "./temporary-folder.ts"

const folder = join(repository, "deploy")
const read = (file: string) => readFileSync(join(folder, file), "utf8")

/** Reads an environment of these names, whatever they are set to. @throws for one that is no setting. */
const readNames = (names: readonly string[]) => {
  const values: Readonly<Record<string, string>> = {
    DOORWARD_SECRET: anySecret,
    AZURE_CLIENT_ID: "00000000-0000-0000-0000-000000000000",
    DOORWARD_UPSTREAM_URL: "http://backend/mcp",
    MCP_BASE_URL: "https://mcp.example.com",
    MCP_STORE_URL: "redis://redis",
    MCP_TRUSTED_PROXIES: "100.100.0.0/16",
  }
  return readConfiguration(Object.fromEntries(names.map((name) => [name, values[name] ?? "x"])))
}

describe("the image", () => {
  test.for([
    ["Dockerfile", "."],
    ["example-server/Dockerfile", "deploy/example-server"],
  ])(
    "%s copies only what is there, and runs as a user that is not root",
    ([file = "", context = ""]) => {
      const lines = read(file).split("\n")
      const copied = lines.flatMap(
        (line) => /^COPY (?!--from)(.*) \S+$/.exec(line)?.[1]?.split(" ") ?? [],
      )
      expect(copied.length).toBeGreaterThan(0)
      for (const path of copied)
        expect(existsSync(join(repository, context, path)), path).toBe(true)
      expect(lines.findLast((line) => line.startsWith("USER "))).toMatch(/^USER [1-9]\d*:[1-9]\d*$/)
    },
  )

  test("sets only variables that the server knows", () => {
    const variables = /^ENV (.*)$/m.exec(read("Dockerfile"))?.[1]?.split(" ") ?? []
    const names = variables.map((variable) => variable.split("=")[0] ?? "")
    expect(names).toEqual(["MCP_SERVER_HOST", "DOORWARD_DATA_DIR"])
    const others = ["AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "MCP_BASE_URL"]
    expect(() => readNames([...names, ...others, "DOORWARD_SECRET"])).not.toThrow()
  })

  test("leaves what is ignored by git out of what it is built from", () => {
    const ignored = readFileSync(join(repository, ".dockerignore"), "utf8").split("\n")
    expect(ignored).toEqual(
      expect.arrayContaining([".git", "**/.env", "**/node_modules", "**/dist", ".doorward"]),
    )
  })
})

describe("compose.yaml", () => {
  const names = z.array(z.string())
  const service = z.object({
    ports: names.default([]),
    networks: names,
    volumes: names.default([]),
    secrets: names.default([]),
    read_only: z.literal(true),
    cap_drop: z.tuple([z.literal("ALL")]),
    security_opt: z.tuple([z.literal("no-new-privileges:true")]),
    privileged: z.never().optional(),
    cap_add: z.never().optional(),
    network_mode: z.never().optional(),
  })
  const compose = z
    .object({
      services: z.record(z.string(), service),
      networks: z.record(z.string(), z.object({ internal: z.boolean().default(false) })),
      secrets: z.record(z.string(), z.object({ file: z.string() })),
    })
    .parse(parse(read("compose.yaml")))
  const others = Object.entries(compose.services).filter(([name]) => name !== "doorward")

  test("publishes Doorward only, and to this machine only", () => {
    expect(compose.services.doorward?.ports).toEqual(["127.0.0.1:8000:8000"])
    for (const [name, { ports }] of others) expect(ports, name).toEqual([])
  })

  test("leaves the server and the records no way but to Doorward", () => {
    expect(others.map(([name]) => name)).toEqual(["example", "redis"])
    for (const [, { networks }] of others) {
      expect(networks).toHaveLength(1)
      const [network = ""] = networks
      expect(compose.networks[network]?.internal).toBe(true)
      const members = Object.values(compose.services).filter((one) =>
        one.networks.includes(network),
      )
      expect(members).toHaveLength(2)
    }
  })

  test("mounts files that are there, and secrets that are not committed", () => {
    const mounted = Object.values(compose.services)
      .flatMap(({ volumes }) => volumes.map((volume) => volume.split(":")[0] ?? ""))
      .filter((path) => path.startsWith("."))
    expect(mounted).toEqual(["./doorward.yaml"])
    for (const path of mounted) expect(existsSync(join(folder, path)), path).toBe(true)
    for (const { file } of Object.values(compose.secrets)) expect(dirname(file)).toBe("secrets")
    expect(read(".gitignore")).toContain("/secrets/\n")
  })

  test("has a configuration that the server takes", async () => {
    const { backends, loopback } = await readWithSecrets(read("doorward.yaml"), {
      BASE_URL: "http://localhost:8000",
      AZURE_TENANT_ID: "contoso.example",
      AZURE_CLIENT_ID: "00000000-0000-0000-0000-000000000000",
    })
    expect(Object.keys(backends ?? {})).toEqual(["example"])
    expect(loopback).toBe(true)
  })

  test("gives the configuration the files and variables that it names", () => {
    const configuration = read("doorward.yaml")
    const secrets = [...configuration.matchAll(/\$\{file:\/run\/secrets\/([\w-]+)\}/g)]
    expect(secrets.map(([, name]) => name)).toEqual(Object.keys(compose.secrets))
    expect(compose.services.doorward?.secrets).toEqual(Object.keys(compose.secrets))
    for (const [, name] of configuration.matchAll(/\$\{(\w+)\}/g)) {
      expect(read("compose.yaml")).toContain(`      ${name}: \${${name}`)
    }
  })
})

describe("container-apps.bicep", () => {
  const text = read("container-apps.bicep")

  test("sets only variables that the server knows, and no secret of Entra ID", () => {
    const names = [...text.matchAll(/name: '([A-Z_]+)'/g)].map(([, name = ""]) => name)
    const { entra, backends, loopback } = readNames(names)
    expect(entra.managedIdentity).toBe("x")
    expect(entra.clientSecret).toBeUndefined()
    expect(backends).toEqual({ mcp: expect.objectContaining({ url: "http://backend/mcp" }) })
    expect(loopback).toBe(false)
  })

  test("takes every secret from the vault", () => {
    const used = [...text.matchAll(/secretRef: '([\w-]+)'/g)].map(([, name]) => name)
    const fromVault = [...text.matchAll(/keyVaultUrl: '\$\{[\w.]+\}secrets\/([\w-]+)'/g)]
    expect(used.sort()).toEqual(fromVault.map(([, name]) => name).sort())
  })
})
