import { connect } from "node:net"
import { networkInterfaces } from "node:os"
import { isLoopbackHost } from "@doorward/boundary"

const longest = 1000

/**
 * The addresses of this machine, other than loopback, at which what listens at a loopback URL answers
 * too: others on the network reach it there. `elsewhere` if the URL is not on loopback.
 */
export async function otherAddressesOf(
  url: URL,
  addresses: readonly string[] = addressesOfThisMachine(),
): Promise<readonly string[] | "elsewhere"> {
  if (!isLoopbackHost(url.hostname)) return "elsewhere"
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80))
  const answers = await Promise.all(addresses.map((address) => answersAt(address, port)))
  return addresses
    .filter((_, index) => answers[index])
    .map((address) => (address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`))
}

/** Without loopback and link-local ones. */
function addressesOfThisMachine(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith("fe80:"))
    .map(({ address }) => address)
}

function answersAt(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: longest })
    const end = (answers: boolean) => {
      socket.destroy()
      resolve(answers)
    }
    socket.on("connect", () => end(true))
    socket.on("timeout", () => end(false))
    socket.on("error", () => end(false))
  })
}
