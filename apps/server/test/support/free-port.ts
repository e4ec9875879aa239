export { freePort } from "../../../../packages/oauth-core/test/store/free-port.ts"
