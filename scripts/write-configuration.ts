import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import {
  configurationPage,
  configurationSchemaText,
} from "./configuration/configuration-reference.ts"

/** Writes what is generated from the schema of the configuration: its JSON Schema, and the table of the page. */
const root = join(import.meta.dirname, "..")
writeFileSync(join(root, "apps/server/doorward.schema.json"), configurationSchemaText())
const page = join(root, "docs/configuration.md")
writeFileSync(page, configurationPage(readFileSync(page, "utf8")))
