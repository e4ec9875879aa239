import { z } from "zod"

/** Protected resource metadata (RFC 9728 §2), as far as a client needs it. */
export const resourceMetadata = z.looseObject({
  resource: z.string(),
  authorization_servers: z.array(z.string()).optional(),
  scopes_supported: z.array(z.string()).optional(),
  resource_name: z.string().optional(),
})
export type ResourceMetadata = z.infer<typeof resourceMetadata>

/** Authorization server metadata (RFC 8414 §2), as far as a client needs it. */
export const serverMetadata = z.looseObject({
  issuer: z.string(),
  authorization_endpoint: z.string().optional(),
  token_endpoint: z.string().optional(),
  registration_endpoint: z.string().optional(),
  scopes_supported: z.array(z.string()).optional(),
  code_challenge_methods_supported: z.array(z.string()).optional(),
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
  authorization_response_iss_parameter_supported: z.boolean().optional(),
  client_id_metadata_document_supported: z.boolean().optional(),
})
export type ServerMetadata = z.infer<typeof serverMetadata>

/** Client information (RFC 7591 §3.2.1). */
export const clientInformation = z.looseObject({
  client_id: z.string().min(1),
  client_secret: z.string().optional(),
  token_endpoint_auth_method: z.string().optional(),
  redirect_uris: z.array(z.string()).optional(),
})
export type ClientInformation = z.infer<typeof clientInformation>
