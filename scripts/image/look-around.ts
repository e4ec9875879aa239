/** Runs inside the image, as the text of `node -e`: prints who the process is and what it finds and may do. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"

const tools = new Set(
  "sh bash dash busybox npm npx pnpm yarn corepack apt apt-get dpkg apk curl wget".split(" "),
)
const files = readdirSync("/")
  .filter((name) => !["dev", "proc", "sys"].includes(name))
  .flatMap((name) => filesBelow(`/${name}`))

const status = readFileSync("/proc/self/status", "utf8")
const statusOf = (name: string) => new RegExp(`^${name}:\\s*(\\S+)$`, "m").exec(status)?.[1]

console.log(
  JSON.stringify({
    node: process.versions.node,
    uid: process.getuid?.(),
    gid: process.getgid?.(),
    capabilities: statusOf("CapEff"),
    capabilityBound: statusOf("CapBnd"),
    noNewPrivileges: statusOf("NoNewPrivs"),
    writable: ["/", "/app", "/etc", "/usr/bin", "/data"].filter(isWritable),
    tools: files.filter((file) => tools.has(file.slice(file.lastIndexOf("/") + 1))),
  }),
)

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
}

function isWritable(folder: string): boolean {
  try {
    writeFileSync(`${folder}/probe`, "")
    return true
  } catch {
    return false
  }
}
