import {
  addProblem,
  customOption,
  despiteOtherProblems,
  functionOption,
  type OptionFields,
  readOptions,
} from "@doorward/boundary"
import type { JSONWebKeySet } from "jose"
import { z } from "zod"
import { urlProblem } from "./http/secure-url.ts"
import type { IssuerFunction } from "./issuer-rule.ts"
import {
  asymmetricAlgorithms,
  isSignatureAlgorithm,
  signatureAlgorithms,
  symmetricAlgorithms,
} from "./jose/algorithms.ts"
import type { JwtVerifierOptions } from "./jwt-verifier-options.ts"
import { type KeyFunction, keysByFunction } from "./keys/key-function.ts"
import { KeySet } from "./keys/key-set.ts"
import { isPublicPem, localKeys, pemKey, secretProblem, sharedSecret } from "./keys/local-keys.ts"
import { mediaType } from "./media-type.ts"
import {
  audience,
  check,
  clock,
  fetchFunction,
  leewaySeconds,
  notNegative,
  rememberBytes,
  requireScopes,
  secureUrl,
  text,
  toList,
} from "./option-fields.ts"

/** The options that say where keys come from; at most one of them can be given. */
const keySources = ["jwksUri", "jwks", "publicKey", "key", "secret"] as const

const schema = z
  .strictObject({
    issuer: customOption<JwtVerifierOptions["issuer"]>(isIssuer, whatIssuerMustBe),
    audience,
    jwksUri: secureUrl.optional(),
    jwks: customOption<JSONWebKeySet>(isJwkSet, "must be a JWK Set: an object with a list of keys")
      .transform((document) => new KeySet(document))
      .refine((keys) => keys.size > 0, "has no key that signatures can be verified with")
      .transform(localKeys)
      .optional(),
    publicKey: z
      .string()
      .refine(isPublicPem, "must be a PEM with a PUBLIC KEY or a CERTIFICATE")
      .transform(pemKey)
      .optional(),
    key: functionOption<KeyFunction>().transform(keysByFunction).optional(),
    secret: customOption<string | Uint8Array>(isTextOrBytes, "must be a string or bytes")
      .transform(bytesOf)
      .superRefine(check(secretProblem))
      .transform(sharedSecret)
      .optional(),
    typ: z
      .union([z.string(), z.array(z.string())])
      .default("at+jwt")
      .transform((typ) => toList(typ).map(mediaType)),
    allowMissingTyp: z.boolean().default(false),
    algorithms: z.array(z.enum(signatureAlgorithms)).min(1).optional(),
    requireScopes,
    leewaySeconds,
    refreshIntervalSeconds: notNegative.default(3600),
    rememberBytes,
    fetch: fetchFunction,
    now: clock,
  } satisfies OptionFields<JwtVerifierOptions>)
  .superRefine(checkKeySources, despiteOtherProblems)
  .superRefine(checkAlgorithms, despiteOtherProblems)

/** The options, checked and with their defaults. */
export type JwtVerifierSettings = z.output<typeof schema>

/** @throws {ConfigurationError} with every mistake at once. */
export function readJwtVerifierOptions(options: JwtVerifierOptions): JwtVerifierSettings {
  return readOptions("jwtVerifier", schema, options)
}

/** Options that may still be missing or of a wrong kind. */
type Unchecked = { readonly [Name in keyof JwtVerifierOptions]?: unknown }

function checkKeySources(options: Unchecked, context: z.RefinementCtx): void {
  const [first, ...others] = keySources.filter((name) => options[name] !== undefined)
  if (first === undefined) {
    checkDiscovery(options, context)
    return
  }
  for (const other of others) {
    addProblem(
      context,
      [other],
      (name) => `cannot be combined with ${name(first)}; give one of them`,
    )
  }
}

/** Without a source of keys, each issuer's metadata is fetched, so its URL must be secure. */
function checkDiscovery({ issuer }: Unchecked, context: z.RefinementCtx): void {
  if (typeof issuer === "function") {
    addProblem(
      context,
      ["jwksUri"],
      (name) => `is missing; keys cannot be discovered if ${name("issuer")} is a function`,
    )
  }
  const issuers = Array.isArray(issuer) ? issuer : [issuer]
  for (const [index, one] of issuers.entries()) {
    const problem = typeof one === "string" && one !== "" ? urlProblem(one) : undefined
    if (problem) {
      addProblem(
        context,
        Array.isArray(issuer) ? ["issuer", index] : ["issuer"],
        (name) =>
          `${problem}, so that its keys can be discovered; otherwise give ${name("jwksUri")}`,
      )
    }
  }
}

function checkAlgorithms({ algorithms, secret }: Unchecked, context: z.RefinementCtx): void {
  const possible = secret === undefined ? asymmetricAlgorithms : symmetricAlgorithms
  for (const [index, algorithm] of Array.isArray(algorithms) ? algorithms.entries() : []) {
    if (!isSignatureAlgorithm(algorithm) || possible.includes(algorithm)) continue
    addProblem(context, ["algorithms", index], (name) =>
      secret === undefined
        ? `needs ${name("secret")}; ${algorithm} does not work with public keys`
        : `does not work with ${name("secret")}; use ${possible.join(", ")}`,
    )
  }
}

function isIssuer(issuer: unknown): issuer is string | string[] | IssuerFunction {
  if (typeof issuer === "function") return true
  const issuers = Array.isArray(issuer) ? issuer : [issuer]
  return issuers.length > 0 && issuers.every((one) => text.safeParse(one).success)
}

function whatIssuerMustBe({ input }: { input?: unknown }): string {
  return input === undefined ? "is missing" : "must be an issuer, a list of issuers, or a function"
}

function isJwkSet(value: unknown): boolean {
  return typeof value === "object" && value !== null && "keys" in value && Array.isArray(value.keys)
}

function isTextOrBytes(value: unknown): boolean {
  return typeof value === "string" || value instanceof Uint8Array
}

function bytesOf(secret: string | Uint8Array): Uint8Array {
  return typeof secret === "string" ? new TextEncoder().encode(secret) : secret.slice()
}
