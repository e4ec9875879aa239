/** What differs between the clouds in which Microsoft runs Entra ID. */
export interface Cloud {
  /** Where people sign in, and the base of the v2.0 issuer; without a trailing slash. */
  authorityHost: string
  /** The base of the v1.0 issuer, without a trailing slash. */
  v1IssuerBase: string
  /** Microsoft Graph, without a trailing slash. */
  graphUrl: string
  /** The audience of a managed identity token that is used as a client assertion. */
  tokenExchangeAudience: string
}

export const globalAuthorityHost = "https://login.microsoftonline.com"

const globalCloud: Cloud = {
  authorityHost: globalAuthorityHost,
  v1IssuerBase: "https://sts.windows.net",
  graphUrl: "https://graph.microsoft.com",
  tokenExchangeAudience: "api://AzureADTokenExchange",
}

const clouds: Readonly<Record<string, Cloud>> = {
  "login.microsoftonline.com": globalCloud,
  "login.microsoftonline.us": {
    authorityHost: "https://login.microsoftonline.us",
    v1IssuerBase: "https://sts.windows.net",
    graphUrl: "https://graph.microsoft.us",
    tokenExchangeAudience: "api://AzureADTokenExchangeUSGov",
  },
  "login.partner.microsoftonline.cn": {
    authorityHost: "https://login.partner.microsoftonline.cn",
    v1IssuerBase: "https://sts.chinacloudapi.cn",
    graphUrl: "https://microsoftgraph.chinacloudapi.cn",
    tokenExchangeAudience: "api://AzureADTokenExchangeChina",
  },
}

/** Other names of the global authority; tokens always carry the first name. */
const globalAliases = new Set(["login.windows.net", "login.microsoft.com", "sts.windows.net"])

/** The cloud of an authority host. An unknown host is taken for a stand-in of the global cloud. */
export function cloudOf(authorityHost: URL): Cloud {
  const host = globalAliases.has(authorityHost.host)
    ? "login.microsoftonline.com"
    : authorityHost.host
  const known = clouds[host]
  if (known && authorityHost.protocol === "https:") return known
  return { ...globalCloud, authorityHost: authorityHost.origin }
}

/**
 * The base URL of Microsoft Graph in the cloud that people sign in to.
 *
 * @param authorityHost as in the option of that name. An unknown host means the global cloud's Graph.
 * @example
 * graphUrlOf("https://login.microsoftonline.us") // "https://graph.microsoft.us"
 */
export function graphUrlOf(authorityHost: string = globalAuthorityHost): string {
  return cloudOf(new URL(authorityHost)).graphUrl
}

/** The hosts that serve Microsoft Graph: a scope with such a prefix is a Graph permission. */
export const graphHosts: ReadonlySet<string> = new Set([
  "graph.microsoft.com",
  "graph.microsoft.us",
  "dod-graph.microsoft.us",
  "microsoftgraph.chinacloudapi.cn",
])
