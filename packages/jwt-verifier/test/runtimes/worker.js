import { jwtVerifier } from "@doorward/jwt-verifier"
import { verifyCases } from "./verify-cases.js"

/** One verifier for all requests, as a Worker would have. */
let shared

/** Answers with the results of the cases; at `/shared`, with the shared verifier's result for one token. */
// biome-ignore lint/style/noDefaultExport: a Worker is its module's default export.
export default {
  async fetch(request) {
    const input = await request.json()
    if (new URL(request.url).pathname !== "/shared") return Response.json(await verifyCases(input))
    shared ??= jwtVerifier({ ...input.options, now: () => input.now })
    return Response.json(await shared.verify(input.token))
  },
}
