/**
 * Is loaded into each process of the stack, and ends it when the process that started it is gone, even
 * by a signal that cannot be handled.
 */
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"))
process.channel?.unref()
