/**
 * Whether a host can only be this machine: `localhost` or a name below it (RFC 6761 §6.3), an address
 * in 127.0.0.0/8, or `[::1]`.
 *
 * @param hostname the `hostname` of a `URL`, which has already normalized the spelling of an address
 * (`127.1` is `127.0.0.1`).
 */
export function isLoopbackHost(hostname: string): boolean {
  return (
    /(?:^|\.)localhost\.?$/.test(hostname) ||
    hostname === "[::1]" ||
    /^127(?:\.\d{1,3}){3}$/.test(hostname)
  )
}

/** Whether it is safe to send tokens and secrets to a URL: https, or http on this machine. */
export function isSecureUrl({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || (protocol === "http:" && isLoopbackHost(hostname))
}
