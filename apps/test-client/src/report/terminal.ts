import { styleText } from "node:util"
import { type OptionFields, readOptions } from "@doorward/boundary"
import { z } from "zod"
import type { FlowResult } from "../flow.ts"
import type { FlowEvent } from "../flow-options.ts"
import type { Exchange } from "../http/exchange.ts"
import type { Check, StepResult } from "../step.ts"

/** Writes about a flow as it runs. */
export interface TerminalReport {
  /** Writes about a step that is finished: the option `onEvent` of `runFlow`. */
  onEvent(event: FlowEvent): void
  /** Writes the closing line. */
  finish(result: FlowResult): void
}

/** The options of `terminalReport`. */
export interface TerminalReportOptions {
  /** How many columns a line may have; longer texts go on for a few lines and are then cut. Default: the stream's, else 120. */
  width?: number | undefined
  /** One line for a step that passed, and its requests only for one that failed. Default: false. */
  brief?: boolean | undefined
}

const optionsSchema = z.strictObject({
  width: z.int().min(20).optional(),
  brief: z.boolean().default(false),
} satisfies OptionFields<TerminalReportOptions>)

type Write = (text: string) => void
type Style = Parameters<typeof styleText>[0]

const MARKS = {
  passed: ["green", "✓"],
  failed: ["red", "✗"],
  skipped: ["yellow", "–"],
} as const

/**
 * Shows each step as it happens: what was sent, what came back, what is broken, how long it took.
 *
 * @throws {ConfigurationError} naming every option that is wrong or unknown.
 *
 * @example
 * const report = terminalReport(process.stdout)
 * report.finish(await runFlow({ url, signIn: headlessSignIn(), onEvent: report.onEvent }))
 */
export function terminalReport(
  stream: NodeJS.WritableStream & { isTTY?: boolean; columns?: number },
  options: TerminalReportOptions = {},
): TerminalReport {
  const read = readOptions("terminalReport", optionsSchema, options)
  const { width = stream.columns ?? 120, brief } = read
  const paint = (style: Style, text: string): string =>
    styleText(style, text, { stream: stream as NodeJS.WriteStream })
  const write: Write = (text) => void stream.write(`${text}\n`)
  const line = (mark: string, text: string): void => {
    for (const [index, part] of wrap(text, width - 9).entries()) {
      write(`      ${index === 0 ? mark : " "} ${part}`)
    }
  }

  function showExchange({ request, response, error, milliseconds }: Exchange): void {
    line(paint("cyan", "→"), `${request.method} ${request.url}`)
    if (request.headers.origin) line(" ", `Origin: ${request.headers.origin}`)
    if (request.headers.authorization) line(" ", `Authorization: ${request.headers.authorization}`)
    if (request.body) line(" ", request.body)
    if (!response) {
      line(paint("red", "←"), `${error} (${milliseconds} ms)`)
      return
    }
    line(paint("cyan", "←"), `${response.status} (${milliseconds} ms)`)
    const { "www-authenticate": challenge, location } = response.headers
    if (challenge) line(" ", `WWW-Authenticate: ${challenge}`)
    if (location) line(" ", `Location: ${location}`)
    const isPage = response.headers["content-type"]?.startsWith("text/html")
    if (response.body && !isPage) line(" ", response.body.replace(/^event: \w+\s+data: /, ""))
  }

  function showCheck({ level, text, source, held, detail }: Check): void {
    if (held) return
    const mark = level === "MUST" ? paint("red", "✗") : paint("yellow", "!")
    line(mark, `${level}: ${text} (${source})${detail ? `; ${detail}` : ""}`)
  }

  function showStep(step: StepResult): void {
    const { number, title, outcome, exchanges, notes, checks, error, milliseconds } = step
    const [colour, mark] = MARKS[outcome]
    const heading = paint("bold", `${String(number).padStart(3)}  ${title}`)
    write(`${paint(colour, mark)} ${heading}  ${paint("dim", `${milliseconds} ms`)}`)
    const isShort = brief && outcome !== "failed"
    if (!isShort) {
      exchanges.forEach(showExchange)
      for (const note of notes) line(paint("dim", "·"), note)
    }
    checks.forEach(showCheck)
    if (error) line(paint(colour, mark), error)
    if (!isShort) write("")
  }

  return {
    onEvent(event) {
      if (event.type === "step-finished") showStep(event.step)
    },
    finish({ url, ok, steps, milliseconds }) {
      const checks = steps.flatMap((step) => step.checks)
      const broken = checks.filter(({ held }) => !held)
      const met = `${checks.length - broken.length} of ${checks.length} requirements met`
      const verdict = ok ? paint("green", "The flow passed") : paint("red", "The flow failed")
      write(`${verdict} for ${url}: ${steps.length} steps, ${met}, ${milliseconds} ms.`)
    },
  }
}

const MAX_LINES = 5

/** Breaks a text at spaces, commas and ampersands where it can. */
function wrap(text: string, room: number): readonly string[] {
  let rest = text.replace(/\s+/g, " ").trim()
  const lines: string[] = []
  while (rest.length > room && lines.length < MAX_LINES - 1) {
    const breaks = rest.slice(0, room).search(/[ ,&][^ ,&]*$/)
    const end = breaks > room / 2 ? breaks + 1 : room
    lines.push(rest.slice(0, end).trimEnd())
    rest = rest.slice(end).trimStart()
  }
  return [...lines, rest.length > room ? `${rest.slice(0, room - 1)}…` : rest]
}
