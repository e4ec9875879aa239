import { twoOfEach } from "@doorward/test-support/policy-cases"
import { serveStdio } from "@modelcontextprotocol/server/stdio"

serveStdio(twoOfEach)
