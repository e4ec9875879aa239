import { type OptionFields, readOptions } from "@doorward/boundary"
import { z } from "zod"
import type { IntrospectionVerifierOptions } from "./introspection-verifier-options.ts"
import {
  audience,
  clock,
  fetchFunction,
  leewaySeconds,
  notNegative,
  rememberBytes,
  requireScopes,
  secureUrl,
  text,
} from "./option-fields.ts"

const schema = z.strictObject({
  introspectionEndpoint: secureUrl,
  clientId: text,
  clientSecret: text,
  clientAuthentication: z
    .enum(["client_secret_basic", "client_secret_post"])
    .default("client_secret_basic"),
  issuer: text,
  audience,
  requireScopes,
  leewaySeconds,
  rememberSeconds: notNegative.default(60),
  rememberRefusalSeconds: notNegative.default(5),
  rememberBytes,
  fetch: fetchFunction,
  now: clock,
} satisfies OptionFields<IntrospectionVerifierOptions>)

/** The options, checked and with their defaults. */
export type IntrospectionVerifierSettings = z.output<typeof schema>

/** @throws {ConfigurationError} with every mistake at once. */
export function readIntrospectionVerifierOptions(
  options: IntrospectionVerifierOptions,
): IntrospectionVerifierSettings {
  return readOptions("introspectionVerifier", schema, options)
}
