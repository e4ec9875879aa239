// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references as the file has them
import { readFileSync } from "node:fs"
import { Ajv2020 } from "ajv/dist/2020.js"
import { describe, expect, test } from "vitest"
import { parse } from "yaml"
import { configurationJsonSchema } from "../../src/index.ts"

const committed = JSON.parse(
  readFileSync(new URL("../../doorward.schema.json", import.meta.url), "utf8"),
)
const page = readFileSync(new URL("../../../../docs/configuration.md", import.meta.url), "utf8")

const accepts = new Ajv2020({ strict: false, validateFormats: false }).compile(committed)

describe("the JSON Schema", () => {
  test("is the one that `pnpm configuration` writes", () => {
    expect(committed).toEqual(configurationJsonSchema())
  })

  test("accepts the example of the page", () => {
    const [, example = ""] = /```yaml\n([\s\S]*?)```/.exec(page) ?? []
    expect(Object.keys(parse(example))).toContain("backends")
    expect([accepts(parse(example)), accepts.errors]).toEqual([true, null])
  })

  test.each([
    ["a variable for a number", { listen: { port: "${PORT}" } }, true],
    ["one text for a list", { trustedProxies: "10.0.0.0/8 fd00::/8" }, true],
    ["what the environment may give", { entra: {} }, true],
    ["an unknown setting", { listen: { prot: 1 } }, false],
    ["a word for a number", { listen: { port: "http" } }, false],
    ["an unknown level", { logLevel: "loud" }, false],
    ["an unknown setting of a backend", { backends: { a: { uri: "x" } } }, false],
  ])("%s", (_, value, expected) => {
    expect(accepts(value)).toBe(expected)
  })
})
