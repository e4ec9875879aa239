/** One AADSTS error: what the wire says of it. `{name}` in the text is filled in. */
export interface AadstsRow {
  error: string
  /** The error at the authorization endpoint, where it differs. */
  redirectedError?: string
  status: number
  text: string
  suberror?: string
  /** Without `error_uri` in the body. */
  noUri?: true
}
