import { effectsOf } from '../../tuned/effects.ts'
import type { TemplateLoad } from '../../types.ts'

/** Statements that change a table, by how, over the time of a workload. */
export interface ChangesSeen {
  readonly appends: number
  /** Updates, deletions and the like. */
  readonly others: number
}

/** How often the tables were changed, by name in small letters. */
export function changesSeen(loads: readonly TemplateLoad[]): ReadonlyMap<string, ChangesSeen> {
  const seen = new Map<string, ChangesSeen>()
  for (const { template, count, failures } of loads) {
    if (template.kind === 'select') continue
    const runs = count - failures
    for (const effect of effectsOf(template.sql)) {
      if (effect.kind !== 'changes') continue
      for (const name of new Set(effect.tables.map((table) => table.toLowerCase()))) {
        const { appends, others } = seen.get(name) ?? { appends: 0, others: 0 }
        const isAppend = effect.how === 'append'
        seen.set(name, {
          appends: appends + (isAppend ? runs : 0),
          others: others + (isAppend ? 0 : runs),
        })
      }
    }
  }
  return seen
}

/** CPU of what refreshing takes however little is new: marks, edges, a transaction; ms. */
const LEAST_REFRESH_MS = 4

/**
 * CPU that keeping a view of these tables up takes over the time of the workload, ms. It is brought up
 * to date at most once for each statement it answers: changes that follow each other count as one. Rows
 * that are only added to its one table cost next to nothing, else it is built anew.
 */
export function predictUpkeep(
  tables: readonly string[],
  changes: ReadonlyMap<string, ChangesSeen>,
  answered: number,
  buildCpuMs: number,
): number {
  const sum = (of: (seen: ChangesSeen) => number) =>
    tables.reduce((total, table) => {
      const seen = changes.get(table.toLowerCase())
      return total + (seen === undefined ? 0 : of(seen))
    }, 0)
  const [appends, others] = [sum((seen) => seen.appends), sum((seen) => seen.others)]
  if (appends + others === 0) return 0
  const episodes = Math.min(appends + others, answered)
  const isAnew = tables.length > 1 ? 1 : others / (appends + others)
  return episodes * (LEAST_REFRESH_MS + isAnew * buildCpuMs)
}
