export const CLIENT_ID = "conformance"

const rule = { clients: [CLIENT_ID] }

/** A rule for everything, so that every call is decided and every list is read and filtered. */
export const POLICY = {
  default: "deny" as const,
  tools: { "*": rule },
  prompts: { "*": rule },
  resources: { "**": rule },
}
