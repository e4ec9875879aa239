/** The names that differ between Microsoft's national clouds. */
export interface Cloud {
  loginHost: string
  /** Other names of the same service, as instance discovery lists them. */
  aliases: readonly string[]
  instanceName: string
  graphHost: string
  msgraphHost: string
  rbacUrl: string
  /** The start of every v1.0 issuer. */
  stsUrl: string
}

const global: Cloud = {
  loginHost: "login.microsoftonline.com",
  aliases: ["login.windows.net", "login.microsoft.com", "sts.windows.net"],
  instanceName: "microsoftonline.com",
  graphHost: "graph.windows.net",
  msgraphHost: "graph.microsoft.com",
  rbacUrl: "https://pas.windows.net",
  stsUrl: "https://sts.windows.net",
}

const usGovernment: Cloud = {
  loginHost: "login.microsoftonline.us",
  aliases: [],
  instanceName: "microsoftonline.us",
  graphHost: "graph.windows.net",
  msgraphHost: "graph.microsoft.us",
  rbacUrl: "https://pasff.usgovcloudapi.net",
  stsUrl: "https://sts.windows.net",
}

const china: Cloud = {
  loginHost: "login.partner.microsoftonline.cn",
  aliases: [],
  instanceName: "partner.microsoftonline.cn",
  graphHost: "graph.chinacloudapi.cn",
  msgraphHost: "microsoftgraph.chinacloudapi.cn",
  rbacUrl: "https://pas.chinacloudapi.cn",
  stsUrl: "https://sts.chinacloudapi.cn",
}

/** The cloud whose login host `url` has; the global cloud for any other host. */
export function cloudOf(url: string): Cloud {
  const { hostname } = new URL(url)
  return [usGovernment, china].find((cloud) => cloud.loginHost === hostname) ?? global
}

/** Whether `url` has the login host of a real cloud, which the emulator then replaces in-process. */
export function isRealLoginHost(url: string): boolean {
  const { hostname } = new URL(url)
  return [global, usGovernment, china].some((cloud) => cloud.loginHost === hostname)
}
