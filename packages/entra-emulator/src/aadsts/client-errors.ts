import type { AadstsRow } from "./row.ts"

const notFoundInTenant =
  "This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant."

/** Refusals because of the tenant, the client or its credential. */
export const clientErrors = {
  7000215: {
    error: "invalid_client",
    status: 401,
    text: "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{app}'.",
  },
  7000222: {
    error: "invalid_client",
    status: 401,
    text: "The provided client secret keys for app '{app}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.",
  },
  7000218: {
    error: "invalid_client",
    status: 401,
    text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  },
  700025: {
    error: "invalid_client",
    status: 401,
    text: "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
  },
  700021: {
    error: "invalid_client",
    status: 401,
    text: "Client assertion application identifier doesn't match 'client_id' parameter.",
  },
  700023: {
    error: "invalid_client",
    status: 401,
    text: "Client assertion audience claim does not match Realm issuer. Review the documentation at https://docs.microsoft.com/azure/active-directory/develop/active-directory-certificate-credentials.",
  },
  700024: {
    error: "invalid_client",
    status: 401,
    text: "Client assertion is not within its valid time range. Current time: {now}, assertion valid from {notBefore}, expiry time of assertion {expires}.",
  },
  700027: {
    error: "invalid_client",
    status: 401,
    text: "Client assertion contains an invalid signature. [Reason - {reason}, Thumbprint of key used by client: '{thumbprint}', Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '{app}'.]",
  },
  70025: {
    error: "invalid_client",
    status: 401,
    text: "The client '{app}'({name}) has no configured federated identity credentials.",
  },
  700211: {
    error: "invalid_client",
    status: 401,
    text: "No matching federated identity record found for presented assertion issuer '{issuer}'. Please check your federated identity credential Subject, Audience and Issuer against the presented assertion.",
  },
  700212: {
    error: "invalid_client",
    status: 401,
    text: "No matching federated identity record found for presented assertion audience '{audience}'. Please check your federated identity credential Subject, Audience and Issuer against the presented assertion.",
  },
  700213: {
    error: "invalid_client",
    status: 401,
    text: "No matching federated identity record found for presented assertion subject '{subject}'. Please check your federated identity credential Subject, Audience and Issuer against the presented assertion.",
  },
  50027: {
    error: "invalid_request",
    status: 400,
    text: "JWT token is invalid or malformed.",
  },
  700016: {
    error: "unauthorized_client",
    status: 400,
    text: `Application with identifier '{app}' was not found in the directory '{tenant}'. ${notFoundInTenant}`,
  },
  50194: {
    error: "invalid_request",
    status: 400,
    text: "Application '{app}'({name}) is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant.",
  },
  9002332: {
    error: "invalid_request",
    status: 400,
    text: "Application '{app}'({name}) is configured for use by Microsoft Entra users only. Please do not use the /consumers endpoint to serve this request.",
  },
  90002: {
    error: "invalid_tenant",
    status: 400,
    text: "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.",
  },
  50049: {
    error: "invalid_instance",
    status: 400,
    text: "Unknown or invalid instance.",
  },
} as const satisfies Record<number, AadstsRow>
