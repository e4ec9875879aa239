export { type NodeDocumentFetcherOptions, nodeDocumentFetcher } from "./node-document-fetcher.ts"
