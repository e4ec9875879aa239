import { existsSync, writeFileSync } from "node:fs"
import { ConfigurationError } from "@doorward/boundary"
import { configurationText } from "../init/configuration-text.ts"
import { InputEndedError, openQuestions } from "../init/questions.ts"
import { askSettings } from "../init/settings-questions.ts"
import { type Command, readArguments, UsageError } from "./command.ts"

const path = "doorward.yaml"

/** Asks for the settings and writes the configuration file. It never overwrites one. */
export const init: Command = async (args, { print }) => {
  const { values } = readArguments(args, {})
  if (values.config !== undefined) {
    throw new UsageError(`init writes ${path} in the current folder; it takes no --config`)
  }
  if (existsSync(path)) throw inTheWay()
  const questions = openQuestions(process.stdin, process.stdout)
  try {
    const answers = await askSettings(questions)
    writeFileSync(path, configurationText(answers), { flag: "wx", mode: 0o644 })
    print(`\nWrote ${path}. What is left to do:`)
    for (const step of stepsAfter(answers.baseUrl, answers.variables)) print(`  ${step}`)
    return 0
  } catch (error) {
    if (error instanceof InputEndedError) {
      throw new ConfigurationError("doorward", [{ option: "", message: error.message }])
    }
    if (error instanceof Error && "code" in error && error.code === "EEXIST") throw inTheWay()
    throw error
  } finally {
    questions.close()
  }
}

const inTheWay = () =>
  new ConfigurationError("doorward", [
    { option: path, message: "exists already; move it away to start afresh" },
  ])

const stepsAfter = (baseUrl: string, variables: readonly string[]): string[] => [
  `register the redirect URI ${baseUrl}/auth/callback in the app registration`,
  ...(variables.length > 0
    ? [`set ${variables.join(" and ")} in the environment, or in .env`]
    : []),
  "doorward doctor   checks all of it",
  "doorward          starts the server",
]
