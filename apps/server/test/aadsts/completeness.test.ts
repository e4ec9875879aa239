import { expect, test } from "vitest"
import { pageRows, signInPageRows } from "./page-rows.ts"
import { refreshRows } from "./refresh-rows.ts"
import { signInRows } from "./sign-in-rows.ts"
import { toolRows } from "./tool-rows.ts"

/** The codes of Entra ID's endpoints that a request from an application can provoke. */
const known = [
  7000215, 7000222, 7000218, 700025, 700027, 700213, 700016, 54005, 9002313, 70008, 501481, 50148,
  500112, 50011, 9002326, 9002327, 700082, 700084, 50173, 65001, 65004, 90094, 50020, 50076, 50079,
  70011, 28000, 28003, 650053, 500011, 70003, 900144, 50194, 90055, 90002, 90009, 50034, 50057,
  50105, 53003, 901002, 9010010, 500131, 50013, 500133,
]

test("every AADSTS code has a test through the whole server, 50076 and 50079 at the tools too", () => {
  const rows = [...signInRows, ...pageRows, ...signInPageRows, ...refreshRows, ...toolRows]
  const driven = new Set<number>(rows.map(({ code }) => code))
  expect(known.filter((code) => !driven.has(code))).toEqual([])
})
