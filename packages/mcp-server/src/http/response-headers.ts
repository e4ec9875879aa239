/** The response with these headers set. Those of a response that came from `fetch` can't be changed. */
export function withHeaders(
  response: Response,
  headers: Readonly<Record<string, string>>,
): Response {
  try {
    for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
    return response
  } catch {
    return withHeaders(new Response(response.body, response), headers)
  }
}
