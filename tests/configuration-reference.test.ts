import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import {
  configurationPage,
  configurationSchemaText,
} from "../scripts/configuration/configuration-reference.ts"

const read = (path: string) => readFileSync(join(import.meta.dirname, "..", path), "utf8")

describe("what pnpm configuration writes is committed", () => {
  test("the JSON Schema", () => {
    expect(read("apps/server/doorward.schema.json")).toBe(configurationSchemaText())
  })

  test("the table of docs/configuration.md", () => {
    const page = read("docs/configuration.md")
    expect(page).toBe(configurationPage(page))
    for (const setting of ["entra.tenantId", "clients[].redirectUris", "backends.*.identity"]) {
      expect(page).toContain(`| \`${setting}\``)
    }
  })
})
