import { variables } from "./variables.ts"

/** Settings as a tree, as the file has them. */
export type SettingsTree = { [name: string]: SettingsTree | unknown }

/** What the environment says, as a tree, and the paths of the settings that it gives. */
export interface EnvironmentSettings {
  tree: SettingsTree
  paths: ReadonlySet<string>
}

/** Reads the settings that have a variable. An empty variable counts as absent. */
export function environmentSettings(
  environment: Readonly<Record<string, string | undefined>>,
): EnvironmentSettings {
  const tree: SettingsTree = {}
  const paths = new Set<string>()
  for (const [path, variable] of Object.entries(variables)) {
    const value = environment[variable]
    if (value === undefined || value === "") continue
    paths.add(path)
    put(tree, path.split("."), value)
  }
  return { tree, paths }
}

function put(tree: SettingsTree, [name = "", ...rest]: readonly string[], value: string): void {
  if (rest.length === 0) tree[name] = value
  else {
    const inner = isTree(tree[name]) ? tree[name] : {}
    tree[name] = inner
    put(inner, rest, value)
  }
}

/** `given` with what it lacks from `others`: lists and texts are taken whole. */
export function filledFrom(given: SettingsTree, others: SettingsTree): SettingsTree {
  const filled: SettingsTree = { ...given }
  for (const [name, other] of Object.entries(others)) {
    const own = given[name]
    if (own === undefined) filled[name] = other
    else if (isTree(own) && isTree(other)) filled[name] = filledFrom(own, other)
  }
  return filled
}

export function isTree(value: unknown): value is SettingsTree {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

/** The setting at a path, if the tree has it. */
export function settingAt(tree: SettingsTree, path: string): unknown {
  let value: unknown = tree
  for (const name of path.split(".")) value = isTree(value) ? value[name] : undefined
  return value
}
