/** An object without the members that are undefined. */
export type Defined<Given> = {
  [Name in keyof Given as undefined extends Given[Name] ? never : Name]: Given[Name]
} & {
  [Name in keyof Given as undefined extends Given[Name] ? Name : never]?: Exclude<
    Given[Name],
    undefined
  >
}

/** Leaves out the members that are undefined: for options that are either there or not. */
export function defined<Given extends object>(given: Given): Defined<Given> {
  const members = Object.entries(given).filter(([, value]) => value !== undefined)
  return Object.fromEntries(members) as Defined<Given>
}
