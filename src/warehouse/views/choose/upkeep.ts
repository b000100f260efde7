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

/** A view whose upkeep is foretold. */
export interface KeptView {
  readonly tables: readonly string[]
  /** LEFT JOINs. */
  readonly outer?: readonly { readonly table: string }[]
  readonly buildCpuMs: number
  /** What reading the tables that new rows join takes. */
  readonly joinCpuMs: number
}

/**
 * CPU that keeping a view up takes over the time of the workload, ms. It is brought up to date at most
 * once for each of the `answered` statements: changes that follow each other count as one. Where all of
 * these add rows to the same table, and to none that is joined by LEFT JOIN, these rows are joined and
 * added; else it is built anew. Of r changes in a row, each of table i with chance p, that is Σ p^r.
 */
export function predictUpkeep(
  { tables, outer = [], buildCpuMs, joinCpuMs }: KeptView,
  changes: ReadonlyMap<string, ChangesSeen>,
  answered: number,
): number {
  const none: ChangesSeen = { appends: 0, others: 0 }
  const seen = tables.map((table) => ({ table, ...(changes.get(table.toLowerCase()) ?? none) }))
  const all = seen.reduce((sum, { appends, others }) => sum + appends + others, 0)
  if (all === 0 || answered === 0) return 0
  const episodes = Math.min(all, answered)
  const isAdded = seen.reduce((sum, { table, appends }) => {
    const isOuter = outer.some((join) => join.table === table)
    return sum + (isOuter ? 0 : (appends / all) ** (all / episodes))
  }, 0)
  return episodes * (LEAST_REFRESH_MS + isAdded * joinCpuMs + (1 - isAdded) * buildCpuMs)
}
