/** One AADSTS error: what the wire says of it. `{name}` in the text is filled in. */
export interface AadstsRow {
  error: string
  status: number
  text: string
  suberror?: string
  /** Without `error_uri` in the body. */
  noUri?: true
}
