import type { VerifiedToken } from "@doorward/jwt-verifier"
import type { Identity } from "./identity-provider.ts"

/** Whoever a token lets in: a person, or a program without one. */
export type Principal = PersonPrincipal | AppPrincipal | AgentPrincipal

/** A person who signed in. */
export interface PersonPrincipal {
  /** A person, even if an agent acts for them. */
  type: "person"
  /** Who signed in. */
  identity: Identity
  /** The agent that acts for the person, if one does. */
  agent?: Agent
}

/** An application that calls on its own behalf, by an app role (RFC 6749 §4.4). */
export interface AppPrincipal {
  /** A program that is no agent. */
  type: "app"
  /** The application's own identity in the directory. */
  identity: Identity
}

/** An agent that calls on its own behalf, or with a user account of its own (Entra Agent ID). */
export interface AgentPrincipal {
  /** An agent without a person. */
  type: "agent"
  /** The agent's own identity in the directory, or that of its user account. */
  identity: Identity
  /** Which agent it is. */
  agent: Agent
}

/** An AI agent as Entra Agent ID knows it. */
export interface Agent {
  /** The application id of the agent identity. */
  id: string
  /** The application id of the blueprint that it was made from; absent if the token does not say. */
  blueprintId?: string
}

/** A token whose verifier knows who is behind it. */
export interface IdentifiedToken extends VerifiedToken {
  /** Whoever the token lets in. */
  principal: Principal
}
