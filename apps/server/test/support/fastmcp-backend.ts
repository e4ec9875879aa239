/** A backend on a framework of others, which reads who is calling. Started as a process of its own. */
import { FastMCP } from "fastmcp"
import { createRemoteJWKSet, jwtVerify } from "jose"

const { PORT = "", ISSUER = "", AUDIENCE = "" } = process.env
const keys = createRemoteJWKSet(new URL(`${ISSUER}/.well-known/jwks.json`))

const server = new FastMCP({
  name: "a server of others",
  version: "1.0.0",
  async authenticate(request) {
    const { headers } = request
    const { payload } = await jwtVerify(String(headers["x-doorward-assertion"]), keys, {
      issuer: ISSUER,
      audience: AUDIENCE,
      algorithms: ["ES256"],
    })
    return {
      fromHeaders: String(headers["x-doorward-email"]),
      fromAssertion: String(payload.email),
      authorization: String(headers.authorization),
    }
  },
})
server.addTool({
  name: "who_calls",
  description: "Says who is calling.",
  execute: async (_, { session }) => JSON.stringify(session),
})
await server.start({
  transportType: "httpStream",
  httpStream: { port: Number(PORT), host: "127.0.0.1" },
})
