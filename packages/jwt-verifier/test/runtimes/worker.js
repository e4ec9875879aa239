import { jwtVerifier } from "../../dist/index.js"
import { verifyCases } from "./verify-cases.js"

/** One verifier for all requests, as a Worker has it. */
let shared

/** Answers with the results of the cases; at `/shared`, with what the one verifier makes of one token. */
// biome-ignore lint/style/noDefaultExport: this is how a Worker says what it is.
export default {
  async fetch(request) {
    const input = await request.json()
    if (new URL(request.url).pathname !== "/shared") return Response.json(await verifyCases(input))
    shared ??= jwtVerifier({ ...input.options, now: () => input.now })
    return Response.json(await shared.verify(input.token))
  },
}
