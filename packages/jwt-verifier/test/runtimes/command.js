import { readFileSync } from "node:fs"
import { verifyCases } from "./verify-cases.js"

const input = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"))
process.stdout.write(JSON.stringify(await verifyCases(input)))
