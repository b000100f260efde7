/** The tables that were read last: what a cache may still hold. */
export interface RecentTables {
  add(tables: readonly string[]): void
  /** Whether all of them were read lately; false of none. */
  hasAll(tables: readonly string[]): boolean
}

/** Tables remembered. What a cache holds is not known: whether being among them saves work is learned. */
const RECENT = 3

export function createRecentTables(most = RECENT): RecentTables {
  let recent: readonly string[] = []
  return {
    add(tables) {
      if (tables.length === 0) return
      recent = [...tables, ...recent.filter((name) => !tables.includes(name))].slice(
        0,
        // One that reads many tables leaves all of them.
        Math.max(most, tables.length),
      )
    },
    hasAll: (tables) => tables.length > 0 && tables.every((name) => recent.includes(name)),
  }
}
