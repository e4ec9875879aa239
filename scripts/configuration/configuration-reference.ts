import { configurationJsonSchema, variableOf } from "doorward"

interface Node {
  type?: string
  description?: string
  default?: unknown
  enum?: readonly unknown[]
  anyOf?: readonly Node[]
  properties?: Readonly<Record<string, Node>>
  additionalProperties?: Node | false
  items?: Node
}

const begin = "<!-- The table is written by `pnpm configuration`. -->"
const end = "<!-- End of the table. -->"

/** The JSON Schema as its file holds it. */
export const configurationSchemaText = (): string =>
  `${JSON.stringify(configurationJsonSchema(), null, 2)}\n`

/** The page with its table written anew. */
export function configurationPage(page: string): string {
  const [before, rest = ""] = page.split(begin)
  const [, after = ""] = rest.split(end)
  return [before, begin, "\n\n", table(), "\n\n", end, after].join("")
}

function table(): string {
  const schema: Node = configurationJsonSchema()
  const head = ["| Setting | Variable | |", "|---|---|---|"]
  return [...head, ...rowsOf(schema, "")].join("\n")
}

function rowsOf(node: Node, path: string): string[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, inner]) => {
    const at = path === "" ? name : `${path}.${name}`
    const row = rowOf(at, inner)
    return name === "$schema" ? [] : [row, ...innerRows(inner, at)]
  })
}

/** The settings inside one: of an object, of the entries of a list, of the values of a map. */
function innerRows(node: Node, path: string): string[] {
  const branches = [node, ...(node.anyOf ?? [])]
  return branches.flatMap((branch) => [
    ...rowsOf(branch, path),
    ...rowsOf(branch.items ?? {}, `${path}[]`),
    ...(branch.additionalProperties ? innerOf(branch.additionalProperties, path) : []),
  ])
}

const innerOf = (node: Node, path: string) => rowsOf(node, `${path}.*`)

function rowOf(path: string, node: Node): string {
  const variable = variableOf(path)
  const text = [node.description ?? "", valuesOf(node), defaultOf(node)].filter(Boolean).join(" ")
  return `| \`${path}\` | ${variable ? `\`${variable}\`` : ""} | ${text.replaceAll("|", "\\|")} |`
}

function valuesOf({ enum: own, anyOf = [] }: Node): string {
  const values = own ?? anyOf.find((branch) => branch.enum)?.enum
  return values ? `One of ${values.map((value) => `\`${value}\``).join(", ")}.` : ""
}

function defaultOf({ default: usual }: Node): string {
  if (usual === undefined || typeof usual === "object") {
    return Array.isArray(usual) && usual.length > 0 ? `Default: \`${usual.join(" ")}\`.` : ""
  }
  return `Default: \`${usual}\`.`
}
