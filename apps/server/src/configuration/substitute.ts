import { readFileSync, statSync } from "node:fs"

const LONGEST_FILE = 1024 * 1024

/** A text with what its `${…}` stand for, or what is wrong with one of them. */
export type Substituted = { text: string } | { problem: string }

/**
 * Puts in what `${VARIABLE}` and `${file:/path}` stand for; `$${` is a plain `${`. What is put in is not
 * looked at again. A file's last line break is left out.
 */
export function substitute(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
): Substituted {
  const problems: string[] = []
  const replaced = text.replace(/\$\$\{|\$\{([^}]*)\}?/g, (whole, name: string | undefined) => {
    if (whole === "$${") return "${"
    const value = whole.endsWith("}") ? valueFor(name ?? "", environment) : unclosed
    if ("problem" in value) problems.push(value.problem)
    return "text" in value ? value.text : ""
  })
  const [problem] = problems
  return problem === undefined ? { text: replaced } : { problem }
}

const unclosed: Substituted = {
  problem: `has \${ without a }; write $\${ for a plain \${`,
}

function valueFor(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): Substituted {
  if (name.startsWith("file:")) return contentOf(name.slice("file:".length))
  if (!/^[A-Za-z_]\w*$/.test(name)) {
    return { problem: `has \${${name}}, which must be \${VARIABLE} or \${file:/path}` }
  }
  const text = environment[name]
  return text === undefined || text === ""
    ? { problem: `needs the environment variable ${name}, which is not set` }
    : { text }
}

function contentOf(path: string): Substituted {
  try {
    if (statSync(path).size > LONGEST_FILE) return { problem: `needs ${path}, which is too large` }
    return { text: readFileSync(path, "utf8").replace(/\r?\n$/, "") }
  } catch (error) {
    const code = error instanceof Error && "code" in error ? ` (${error.code})` : ""
    return { problem: `needs the file ${path}, which cannot be read${code}` }
  }
}
