import { existsSync, writeFileSync } from "node:fs"
import { ConfigurationError } from "@doorward/boundary"
import { configurationText } from "../init/configuration-text.ts"
import { InputEndedError, openQuestions } from "../init/questions.ts"
import { type Answers, askSettings } from "../init/settings-questions.ts"
import { type Command, readArguments } from "./command.ts"

/** Asks for the settings and writes the configuration file. It never overwrites one. */
export const init: Command = async (args, { print }) => {
  const { values } = readArguments(args, {})
  const path = values.config ?? "doorward.yaml"
  if (existsSync(path)) throw problem(path, inTheWay)
  const questions = openQuestions(process.stdin, process.stdout)
  try {
    const answers = await askSettings(questions.ask)
    write(path, configurationText(answers))
    print(`Wrote ${path}. What is left to do:`)
    for (const step of stepsAfter(answers, values.config)) print(`  ${step}`)
    return 0
  } catch (error) {
    throw error instanceof InputEndedError ? problem("", error.message) : error
  } finally {
    questions.close()
  }
}

const inTheWay = "exists already; move it away to start afresh"

/** @throws {ConfigurationError} if the file is there by now, or cannot be written. */
function write(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: "wx" })
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error
    throw problem(path, error.code === "EEXIST" ? inTheWay : `cannot be written: ${error.message}`)
  }
}

const problem = (option: string, message: string) =>
  new ConfigurationError("doorward", [{ option, message }])

function stepsAfter({ baseUrl, variables }: Answers, config: string | undefined): string[] {
  const where = config === undefined ? "" : ` --config ${config}`
  return [
    `register the redirect URI ${baseUrl}/auth/callback in the app registration`,
    ...(variables.length > 0
      ? [`set ${variables.join(" and ")} in the environment, or in .env`]
      : []),
    `doorward doctor${where}   checks all of it`,
    `doorward${where}          starts the server`,
  ]
}
