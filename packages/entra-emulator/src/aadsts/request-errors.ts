import type { AadstsRow } from "./row.ts"

/** Refusals because of the request's parameters, scopes or resource. */
export const requestErrors = {
  900144: {
    error: "invalid_request",
    status: 400,
    text: "The request body must contain the following parameter: '{parameter}'.",
  },
  90005: {
    error: "invalid_request",
    status: 400,
    text: "Unable to complete the request. The request isn't valid because the identifier and login hint can't be used together.",
  },
  90023: {
    error: "invalid_request",
    status: 400,
    text: "Unsupported '{parameter}' value.",
  },
  900971: {
    error: "invalid_request",
    status: 400,
    text: "No reply address provided.",
  },
  501491: {
    error: "invalid_request",
    status: 400,
    text: "Invalid size of Code_Challenge parameter.",
  },
  700054: {
    error: "unsupported_response_type",
    status: 400,
    text: "response_type 'id_token' is not enabled for the application.",
  },
  700051: {
    error: "unsupported_response_type",
    status: 400,
    text: "response_type 'token' is not enabled for the application.",
  },
  70005: {
    error: "unsupported_response_type",
    status: 400,
    text: "response_type '{responseType}' is not supported.",
  },
  70003: {
    error: "unsupported_grant_type",
    status: 400,
    text: "The app requested an unsupported grant type '{grantType}'.",
  },
  9001023: {
    error: "invalid_request",
    status: 400,
    text: "The grant type isn't supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint.",
  },
  50011: {
    error: "invalid_request",
    status: 400,
    text: "The redirect URI '{redirectUri}' specified in the request does not match the redirect URIs configured for the application '{app}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal. Navigate to https://aka.ms/redirectUriMismatchError to learn more about how to fix this.",
  },
  901002: {
    error: "invalid_request",
    status: 400,
    text: "The 'resource' request parameter is not supported.",
  },
  9010010: {
    error: "invalid_target",
    status: 400,
    text: "The resource parameter provided in the request doesn't match with the requested scopes.",
  },
  90009: {
    error: "invalid_request",
    status: 400,
    text: "Application '{app}'({identifier}) is requesting a token for itself. This scenario is supported only if resource is specified using the GUID based App Identifier.",
  },
  70011: {
    error: "invalid_scope",
    status: 400,
    text: "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope {scope} is not valid.",
  },
  1002012: {
    error: "invalid_scope",
    status: 400,
    text: "The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).",
  },
  28000: {
    error: "invalid_scope",
    status: 400,
    text: "Provided value for the input parameter scope is not valid because it contains more than one resource. Scope {scope} is not valid.",
  },
  28003: {
    error: "invalid_request",
    status: 400,
    text: "Provided value for the input parameter scope cannot be empty when requesting an access token using the provided authorization code. Please specify a valid scope.",
  },
  650053: {
    error: "invalid_client",
    status: 400,
    text: "The application '{name}' asked for scope '{scope}' that doesn't exist on the resource '{resource}'. Contact the app vendor.",
  },
  500011: {
    error: "invalid_resource",
    status: 400,
    text: "The resource principal named {resource} was not found in the tenant named {tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.",
  },
} as const satisfies Record<number, AadstsRow>
