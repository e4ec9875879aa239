/**
 * Whether a host can only be this machine: `localhost` and the names below it (RFC 6761 §6.3), an
 * address of 127.0.0.0/8, or `[::1]`.
 *
 * @param hostname as `URL` has it, so that every spelling of an address has become the one that is
 * compared, and a name such as `127.0.0.1.example` has stayed a name.
 */
export function isLoopbackHost(hostname: string): boolean {
  return (
    /(?:^|\.)localhost\.?$/.test(hostname) ||
    hostname === "[::1]" ||
    /^127(?:\.\d{1,3}){3}$/.test(hostname)
  )
}

/** Whether tokens and secrets may travel to a URL: https, or http on this machine. */
export function isSecureUrl({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || (protocol === "http:" && isLoopbackHost(hostname))
}
