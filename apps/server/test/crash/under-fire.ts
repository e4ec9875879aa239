import { expect } from "vitest"
import { restartableServer } from "./restartable-server.ts"
import { createToldClient, type ToldClient } from "./told-client.ts"

/** What the clients were told in all, and what turned out not to be true. */
export interface Outcome {
  broken: readonly string[]
  clients: number
  grants: number
  rotations: number
}

export interface Fire {
  storeUrl: string
  crashes: number
  /** What is killed instead of the server, and brought back. */
  instead?: { kill(): Promise<void>; start(): Promise<void> }
}

const usernames = Array.from({ length: 4 }, (_, at) => `user${at}@contoso.example`)
/** After this many milliseconds a refresh asks upstream again, which it does after every third crash. */
const confirmedFor = 5 * 60_000
/** After this many milliseconds a dead server's call upstream no longer blocks others. */
const heldFor = 16_000

/** Kills a server again and again while clients use it, and checks each time that what they were told is still true. */
export async function underFire({ storeUrl, crashes, instead }: Fire): Promise<Outcome> {
  const server = await restartableServer(storeUrl, usernames)
  let struck = false
  let countdown = Number.POSITIVE_INFINITY
  let strike = () => undefined as unknown

  const clients = usernames.map((username) =>
    createToldClient(
      { server },
      {
        username,
        isStruck: () => struck,
        onTold() {
          if (--countdown === 0) strike()
        },
      },
    ),
  )
  const each = async (check: (client: ToldClient) => Promise<string[]>) =>
    (await Promise.all(clients.map(check))).flat()

  async function crash(): Promise<void> {
    const { promise: dead, resolve } = Promise.withResolvers<void>()
    strike = () => {
      struck = true
      resolve((instead ?? server).kill())
    }
    countdown = 12 + Math.floor(Math.random() * 30)
    await Promise.all([dead, ...clients.map((client) => client.run())])
    await (instead ? instead.start() : server.restart())
    const isReady = async () => (await fetch(`${server.url}/readyz`)).ok
    await expect.poll(isReady).toBe(true)
    struck = false
  }

  const broken: string[] = []
  try {
    for (let count = 0; count < crashes; count++) {
      await crash()
      await server.advanceClocks(heldFor)
      broken.push(...(await each((client) => client.verify())))
      broken.push(...(await each((client) => client.replay())))
      if (count % 3 === 1) await server.advanceClocks(confirmedFor)
    }
    const told = clients.map((client) => client.told())
    const sum = (what: "clients" | "grants" | "rotations") =>
      told.reduce((total, counts) => total + counts[what], 0)
    return { broken, clients: sum("clients"), grants: sum("grants"), rotations: sum("rotations") }
  } finally {
    await server.close()
  }
}
