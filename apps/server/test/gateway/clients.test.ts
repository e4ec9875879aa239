import {
  CallToolResultSchema,
  CreateMessageRequestSchema,
  ElicitRequestSchema,
} from "@modelcontextprotocol/sdk/types.js"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { referenceServer, stdioCommand } from "../support/reference-server.ts"
import { signedInSdk1, signedInSdk2 } from "../support/signed-in-client.ts"
import { type Stack, startStack } from "../support/stack.ts"

const operation = { name: "trigger-long-running-operation" }

describe.each(["a stdio server", "an HTTP server"])("%s that knows nothing of Doorward", (kind) => {
  let stack: Stack
  let server: Awaited<ReturnType<typeof referenceServer>> | undefined
  beforeAll(async () => {
    server = kind === "an HTTP server" ? await referenceServer() : undefined
    const backend = server ? { url: server.url } : { command: stdioCommand }
    stack = await startStack({}, { backend })
  })
  afterAll(async () => {
    await stack.close()
    await server?.close()
  })

  test("a client of the 1.x SDK calls tools, with progress, sampling and elicitation", async () => {
    const { client } = await signedInSdk1(
      stack.mcpUrl,
      { capabilities: { sampling: {}, elicitation: {}, roots: { listChanged: true } } },
      (each) => {
        each.setRequestHandler(CreateMessageRequestSchema, () => ({
          model: "a-model",
          role: "assistant",
          content: { type: "text", text: "what the model says" },
        }))
        each.setRequestHandler(ElicitRequestSchema, () => ({
          action: "accept",
          content: { name: "Alice of Bern" },
        }))
      },
    )
    const steps: number[] = []
    await client.callTool({ ...operation, arguments: { duration: 0.2, steps: 3 } }, undefined, {
      onprogress: ({ progress }) => steps.push(progress),
    })
    expect(steps).toEqual([1, 2, 3])

    const sampled = await client.callTool({
      name: "trigger-sampling-request",
      arguments: { prompt: "hello", maxTokens: 10 },
    })
    expect(JSON.stringify(sampled.content)).toContain("what the model says")
    const elicited = CallToolResultSchema.parse(
      await client.callTool({ name: "trigger-elicitation-request", arguments: {} }),
    )
    expect(JSON.stringify(elicited.content)).toContain("Alice of Bern")
    await client.close()
  })

  test("a client of the 1.x SDK cancels a call, and goes on", async () => {
    const { client } = await signedInSdk1(stack.mcpUrl)
    const controller = new AbortController()
    const call = client.callTool(
      { ...operation, arguments: { duration: 60, steps: 60 } },
      undefined,
      {
        signal: controller.signal,
        onprogress: () => controller.abort("the person has changed their mind"),
      },
    )
    await expect(call).rejects.toThrow("the person has changed their mind")
    const echo = await client.callTool({ name: "echo", arguments: { message: "still here" } })
    expect(JSON.stringify(echo.content)).toContain("still here")
    await client.close()
  })

  test("a client of the 2.x SDK finds out what the server speaks, and calls tools", async () => {
    const client = await signedInSdk2(stack.mcpUrl)
    const steps: number[] = []
    await client.callTool(
      { ...operation, arguments: { duration: 0.2, steps: 3 } },
      { onprogress: ({ progress }) => steps.push(progress) },
    )
    expect(steps).toEqual([1, 2, 3])
    const echo = await client.callTool({ name: "echo", arguments: { message: "hello" } })
    expect(JSON.stringify(echo.content)).toContain("hello")
    await client.close()
  })
})
