import { readFileSync, statSync } from "node:fs"
import { ConfigurationError, type OptionProblem } from "@doorward/boundary"
import {
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from "yaml"
import { substitute } from "./substitute.ts"

const LONGEST_FILE = 1024 * 1024

/** What a configuration file says, and where it says it. */
export interface ConfigurationFile {
  /** The path, as it was given. */
  path: string
  /** The values, with what their `${…}` stand for. What is empty is left out. */
  values: unknown
  /** What is wrong with a `${…}`; `option` is the path in the file, such as `entra.tenantId`. */
  problems: readonly OptionProblem[]
  /** The line of a setting, or of the nearest one around it. */
  lineOf(option: string): number
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads a configuration file: YAML 1.2, of which JSON is a part.
 *
 * @param environment what `${VARIABLE}` stands for.
 * @throws {ConfigurationError} if it cannot be read, or is not YAML.
 */
export function readConfigurationFile(path: string, environment: Environment): ConfigurationFile {
  const lines = new LineCounter()
  const document = parseDocument(textOf(path), { lineCounter: lines, prettyErrors: false })
  const lineAt = (offset: number) => Math.max(lines.linePos(offset).line, 1)
  const wrong = [...document.errors, ...document.warnings].map(({ message, pos: [offset] }) => ({
    option: `${path}:${lineAt(offset)}:`,
    message,
  }))
  if (wrong.length > 0) throw new ConfigurationError("doorward", wrong)
  const problems: OptionProblem[] = []
  return {
    path,
    values: withValues(
      plainValues(path, () => document.toJS()),
      [],
      environment,
      problems,
    ),
    problems,
    lineOf: (option) => lineAt(offsetOf(document.contents, option === "" ? [] : option.split("."))),
  }
}

function textOf(path: string): string {
  try {
    if (statSync(path).size > LONGEST_FILE) throw new Error("it is larger than 1 MiB")
    return readFileSync(path, "utf8")
  } catch (error) {
    throw unusable(path, `cannot be read: ${reasonOf(error)}`)
  }
}

/** An alias that names nothing, or unfolds to too much, shows up only here. */
function plainValues(path: string, read: () => unknown): unknown {
  let values: unknown
  try {
    values = read()
  } catch (error) {
    throw unusable(path, `is not YAML that can be used: ${reasonOf(error)}`)
  }
  if (values === null || values === undefined) return {}
  if (typeof values === "object" && !Array.isArray(values)) return values
  throw unusable(path, "must hold settings, such as baseUrl: https://mcp.example.com")
}

const unusable = (option: string, message: string) =>
  new ConfigurationError("doorward", [{ option, message }])

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

function withValues(
  value: unknown,
  at: readonly (string | number)[],
  environment: Environment,
  problems: OptionProblem[],
): unknown {
  if (typeof value === "string") {
    const result = substitute(value, environment)
    if ("text" in result) return result.text
    problems.push({ option: at.join("."), message: result.problem })
    return value
  }
  if (Array.isArray(value)) {
    return value.map((each, index) => withValues(each, [...at, index], environment, problems))
  }
  if (typeof value !== "object" || value === null) return value
  const members: [string, unknown][] = []
  for (const [key, each] of Object.entries(value)) {
    const path = [...at, key]
    const problem = problemOf(path, each)
    if (problem) problems.push({ option: path.join("."), message: problem })
    else if (each !== null) members.push([key, withValues(each, path, environment, problems)])
  }
  return Object.fromEntries(members)
}

/** Settings that keep people out: one that is left out lets them in. */
const KEEPING_OUT = ["policy", "requireScopes", "signIn"]

function problemOf(path: readonly (string | number)[], value: unknown): string | undefined {
  if (path.at(-1) === "__proto__") return "is not a name that can be used"
  if (value !== null || !path.some((key) => KEEPING_OUT.includes(String(key)))) return undefined
  return "is empty; write what it needs, or remove it"
}

/** Where a setting begins: at its key, or as an entry of a list; if it is missing, the nearest around it. */
function offsetOf(contents: unknown, path: readonly string[]): number {
  let node: unknown = contents
  let offset = isNode(contents) ? (contents.range?.[0] ?? 0) : 0
  for (const key of path) {
    const inner = isMap(node) ? pairOf(node, key) : isSeq(node) ? entryOf(node, key) : undefined
    if (!inner) break
    offset = inner.start.range?.[0] ?? offset
    node = inner.value
  }
  return offset
}

function pairOf({ items }: YAMLMap, name: string) {
  const pair = items.find(({ key }) => isScalar(key) && String(key.value) === name)
  return pair && isScalar(pair.key) ? { start: pair.key, value: pair.value } : undefined
}

function entryOf({ items }: YAMLSeq, index: string) {
  const entry = items[Number(index)]
  return isNode(entry) ? { start: entry, value: entry } : undefined
}
