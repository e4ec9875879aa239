import { getRequestListener } from "@hono/node-server"
import Fastify from "fastify"
import { guard, proxy } from "./guard.ts"

const app = Fastify()
app.register((routes, _options, registered) => {
  routes.removeAllContentTypeParsers()
  routes.addContentTypeParser("*", (_request, _payload, done) => done(null))
  const mount = (path: string, fetch: (request: Request) => Response | Promise<Response>) => {
    const listener = getRequestListener((request) => fetch(request))
    routes.all(path, (request, reply) => listener(request.raw, reply.hijack().raw))
  }
  mount("/mcp", guard.fetch)
  for (const path of guard.metadata.paths) mount(path, guard.metadata.fetch)
  mount("/*", proxy.app.fetch)
  registered()
})

await app.listen({ port: Number(process.env.PORT ?? 8000) })
export const { server } = app
