import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { isMap, parseDocument, stringify } from "yaml"
import { z } from "zod"
import { readWithSecrets } from "./read-with-secrets.ts"
import { repository } from "./temporary-folder.ts"

const chart = join(repository, "deploy/helm/doorward")
const read = (file: string) => readFileSync(join(chart, file), "utf8")

describe("the Helm chart", () => {
  const document = parseDocument(read("values.yaml"))
  const values: Record<string, unknown> = document.toJS()
  const templates = globSync("templates/*", { cwd: chart }).map(
    (file) => [file, read(file)] as const,
  )

  test("has values that its schema takes, and refuses others", () => {
    const schema = z.fromJSONSchema(JSON.parse(read("values.schema.json")))
    expect(schema.safeParse(values)).toMatchObject({ success: true })
    expect(schema.safeParse({ ...values, replicaCount: 2 }).success).toBe(false)
    expect(schema.safeParse({ ...values, replicas: 0 }).success).toBe(false)
  })

  test.for(templates)("%s closes what it opens, and uses values that exist", ([, text]) => {
    const actions = [...text.matchAll(/\{\{-?\s*(\w+)/g)].map(([, word]) => word)
    const count = (...words: string[]) =>
      actions.filter((word) => words.includes(word ?? "")).length
    expect(count("end")).toBe(count("if", "with", "range", "define"))
    for (const [, path = ""] of text.matchAll(/\.Values\.([\w.]+)/g)) {
      expect(document.hasIn(path.split(".")), path).toBe(true)
    }
  })

  test("uses every value", () => {
    const all = templates.map(([, text]) => text).join("")
    for (const [name, value] of Object.entries(values)) {
      // What is passed on as a whole counts as one value.
      const isWhole =
        all.includes(`toYaml .Values.${name} `) || all.includes(`with .Values.${name} `)
      const nested = isWhole || typeof value !== "object" ? [] : Object.keys(value ?? {})
      for (const path of nested.length > 0 ? nested.map((key) => `${name}.${key}`) : [name]) {
        expect(all).toContain(`.Values.${path} `)
      }
    }
  })

  test.for([
    ["a client secret", {}],
    ["workload identity", { AZURE_FEDERATED_TOKEN_FILE: "/var/run/token" }],
  ] as const)("has a configuration that the server takes, with %s", async ([, environment]) => {
    const config = parseDocument(read("values.yaml")).get("config", true)
    if (!isMap(config)) throw new Error("values.yaml has no config")
    config.set("baseUrl", "https://mcp.example.com")
    config.setIn(["entra", "tenantId"], "contoso.example")
    config.setIn(["entra", "clientId"], "00000000-0000-0000-0000-000000000000")
    config.set("backends", { files: { url: "http://files:9000/mcp" } })
    // Helm leaves out what is null.
    if ("AZURE_FEDERATED_TOKEN_FILE" in environment) config.deleteIn(["entra", "clientSecret"])
    const { entra, store } = await readWithSecrets(stringify(config), environment)
    expect(store).toBe("redis://redis")
    expect(entra).toMatchObject(
      "AZURE_FEDERATED_TOKEN_FILE" in environment
        ? { federatedTokenFile: "/var/run/token" }
        : { clientSecret: "the doorward/client-secret" },
    )
  })

  test("runs without root, capabilities and a writable root file system", () => {
    const deployment = read("templates/deployment.yaml")
    for (const line of [
      "runAsNonRoot: true",
      "readOnlyRootFilesystem: true",
      "allowPrivilegeEscalation: false",
      "drop: [ALL]",
      "automountServiceAccountToken: false",
      "path: /healthz",
      "path: /readyz",
    ]) {
      expect(deployment).toContain(line)
    }
  })

  test("says which keys the Secret must have: those that the configuration reads", () => {
    const text = read("values.yaml")
    const keys = [...text.matchAll(/\$\{file:\/run\/secrets\/doorward\/([\w-]+)\}/g)].map(
      ([, key]) => key,
    )
    expect(keys).toEqual(["secret", "store-url", "client-secret"])
    const described = /existingSecret: ""/.exec(text)
    const comment = text.slice(0, described?.index).split("\n\n").at(-1)
    for (const key of keys) expect(comment).toContain(key)
  })
})
