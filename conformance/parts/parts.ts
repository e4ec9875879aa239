import { authorization } from "./authorization.ts"
import { client } from "./client.ts"
import type { Part } from "./part.ts"
import { gateway, guard } from "./servers.ts"

export const PARTS: Readonly<Record<string, Part>> = { guard, gateway, authorization, client }
