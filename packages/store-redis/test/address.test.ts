import { describe, expect, it } from "vitest"
import { ConfigurationError, type RedisStoreOptions, redisStore } from "../src/index.ts"

describe("redisStore", () => {
  it.each([
    "redis://localhost",
    "redis://localhost:6380/3",
    "rediss://user:p%40ss@redis.example.com:6380",
    "redis://:password@10.0.0.1",
    "redis://[::1]:6379",
    "redis+cluster://10.0.0.1:7000",
    "rediss+cluster://:password@a.example.com:7000,b.example.com:7000",
  ])("takes %s", (url) => {
    expect(() => redisStore(url)).not.toThrow()
  })

  it.each([
    "",
    "localhost:6379",
    "http://:hunter2@localhost:6379",
    "redis://",
    "redis://:hunter2@localhost:99999",
    "redis://:hunter2@localhost/zero",
    "redis://:hunter2@a.example.com,b.example.com",
    "redis+cluster://:hunter2@a.example.com/1",
  ])("refuses %j without repeating it", (url) => {
    expect(() => redisStore(url)).toThrow(TypeError)
    expect(() => redisStore(url)).toThrow(/^redisStore: url ((?!hunter2).)*$/)
  })

  it("reports every mistake in its options at once", () => {
    const options = { url: "redis://:hunter2@a,b", prefix: 7, timeoutMilliseconds: 0, db: 1 }
    const create = () => redisStore(options as unknown as RedisStoreOptions)
    expect(create).toThrow(ConfigurationError)
    expect(create).toThrow(
      [
        "redisStore:",
        "  url names several hosts, which only a cluster has; use redis+cluster:// or rediss+cluster://",
        "  prefix must be a string",
        "  timeoutMilliseconds must be at least 1",
        "  db is not an option; remove it",
      ].join("\n"),
    )
  })
})
