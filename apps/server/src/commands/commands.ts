import type { Command } from "./command.ts"

/** A command of the command line. */
export interface CommandEntry {
  words: string
  /** What follows the words. */
  takes?: string
  does: string
  /** Its options, each with what it is for. */
  options?: readonly (readonly [option: string, use: string])[]
  examples: readonly string[]
  /** Only the command that was asked for is loaded. */
  load(): Promise<Command>
}

/** Every command, in the order of the help. */
export const commands: readonly CommandEntry[] = [
  {
    words: "start",
    takes: "[--upstream <url>] [-- <command>]",
    does: "Start the server (the default)",
    options: [
      ["--upstream <url>", "the MCP server to put sign-in in front of, over HTTP"],
      ["-- <command>", "the command that starts a stdio server, one for each caller"],
      ["--emulator", "sign people in with a local stand-in for Entra ID"],
    ],
    examples: [
      "doorward --upstream http://127.0.0.1:9000/mcp",
      "doorward --emulator -- npx -y @modelcontextprotocol/server-everything",
    ],
    load: async () => (await import("./start.ts")).start,
  },
  {
    words: "init",
    does: "Ask for the settings, and write doorward.yaml",
    examples: ["doorward init"],
    load: async () => (await import("./init.ts")).init,
  },
  {
    words: "doctor",
    takes: "[--json]",
    does: "Check the settings, the app registration and the backends",
    options: [["--json", "print the result as JSON"]],
    examples: ["doorward doctor --json"],
    load: async () => (await import("./doctor.ts")).doctor,
  },
  {
    words: "keys rotate",
    takes: "--now",
    does: "Withdraw the signing keys: every access token must be refreshed",
    options: [["--now", "say that it is meant: keys also rotate by themselves"]],
    examples: ["doorward keys rotate --now"],
    load: async () => (await import("./keys-rotate.ts")).keysRotate,
  },
  {
    words: "clients list",
    takes: "[--json]",
    does: "List the clients that are configured or registered themselves",
    options: [["--json", "print one JSON object on each line"]],
    examples: ["doorward clients list", "doorward clients list --json | jq .clientName"],
    load: async () => (await import("./clients-list.ts")).clientsList,
  },
  {
    words: "clients show",
    takes: "<id> [--json]",
    does: "Show a client that is configured or registered itself",
    options: [["--json", "print a JSON object"]],
    examples: ["doorward clients show 0yRo1aGLuzVcXGjzNR5Jzg"],
    load: async () => (await import("./clients-show.ts")).clientsShow,
  },
  {
    words: "clients add",
    takes: "--name <name> (--redirect-uri <uri> | --client-credentials)",
    does: "Make a client with a secret, to add to the file",
    options: [
      ["--name <name>", "the name that the consent page shows"],
      ["--redirect-uri <uri>", "where answers may go; once for each"],
      ["--client-credentials", "let it get tokens for itself, without a person"],
      ["--scope <scope>", "a scope that these tokens can have; once for each"],
    ],
    examples: [
      "doorward clients add --name CI --redirect-uri https://ci.example.com/callback",
      "doorward clients add --name 'Nightly job' --client-credentials",
    ],
    load: async () => (await import("./clients-add.ts")).clientsAdd,
  },
  {
    words: "clients rotate",
    takes: "<id>",
    does: "Make the next secret of a client in the file",
    examples: ["doorward clients rotate 5f0c6f2e9d6b4c1a8e3d7b9a0c2e4f68"],
    load: async () => (await import("./clients-rotate.ts")).clientsRotate,
  },
  {
    words: "clients end",
    takes: "<id>",
    does: "End a client's registration and every sign-in through it",
    examples: [
      "doorward clients end 0yRo1aGLuzVcXGjzNR5Jzg",
      "doorward clients end https://client.example.com/oauth.json",
    ],
    load: async () => (await import("./clients-end.ts")).clientsEnd,
  },
  {
    words: "grants list",
    takes: "--user <sub> [--json]",
    does: "List the sign-ins of a user",
    options: [
      ["--user <sub>", "the user; in the log, the userId of every line about them"],
      ["--json", "print one JSON object on each line"],
    ],
    examples: ["doorward grants list --user 0yRo…"],
    load: async () => (await import("./grants-list.ts")).grantsList,
  },
  {
    words: "grants end",
    takes: "--user <sub>",
    does: "End every sign-in of a user, named by the sub of their tokens",
    options: [["--user <sub>", "the user; in the log, the userId of every line about them"]],
    examples: ["doorward grants end --user 0yRo…"],
    load: async () => (await import("./grants-end.ts")).grantsEnd,
  },
  {
    words: "store reseal",
    does: "Seal every record with the first secret, so that the others can go",
    examples: ["doorward store reseal"],
    load: async () => (await import("./store-reseal.ts")).storeReseal,
  },
  {
    words: "store copy",
    takes: "<url or variable>",
    does: "Copy every record into another store, while no server runs",
    examples: ["doorward store copy redis://127.0.0.1:6379", "doorward store copy NEW_STORE_URL"],
    load: async () => (await import("./store-copy.ts")).storeCopy,
  },
]
