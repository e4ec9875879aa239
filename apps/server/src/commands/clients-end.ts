import { readClientId } from "./client-id.ts"
import { type Command, countOf, sourceOf } from "./command.ts"
import { withProxy } from "./with-proxy.ts"

/** Ends a client's registration, and every grant that it has. */
export const clientsEnd: Command = async (args, { environment, print }) => {
  const { clientId, values } = readClientId(args, {})
  const { registered, grants } = await withProxy(environment, sourceOf(values), (proxy) =>
    proxy.endClient(clientId),
  )
  if (!registered && grants === 0) {
    print(`There is no registration of ${clientId}, and there are no sign-ins through it.`)
    return 1
  }
  const what = [...(registered ? ["the registration"] : []), countOf(grants, "sign-in")]
  print(
    `Ended ${what.join(" and ")} of ${clientId}. Running servers refuse the access tokens within 5 seconds.`,
  )
  return 0
}
