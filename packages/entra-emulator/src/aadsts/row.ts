/** An AADSTS error as it is sent. `{name}` in the text is replaced by a value. */
export interface AadstsRow {
  error: string
  /** The `error` of the authorization endpoint, if it differs. */
  redirectedError?: string
  status: number
  text: string
  suberror?: string
  /** Set if the body has no `error_uri`. */
  noUri?: true
}
