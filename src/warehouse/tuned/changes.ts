import type { Database } from '../../core/sql/database.ts'
import type { Rewriter, TableChange } from '../types.ts'
import type { Effect } from './effects.ts'

/** Tells a rewriter what changes, so that nothing is answered from before a change. */
export interface Changes {
  /** Before the statements run that have these effects. */
  before(effects: readonly Effect[]): Promise<void>
  /** When they have ended, well or not. */
  after(effects: readonly Effect[], hasFailed: boolean): Promise<void>
  begin(): void
  end(isUndone: boolean): void
  isInTransaction(): boolean
}

/**
 * Every change is told twice: before it, so that nobody reads a view while its table changes, and
 * after it, because a view may have been refreshed in between from what the table was. What happens in
 * a transaction is told once more at its end, when others see it.
 */
export function createChanges(
  db: Database,
  rewriter: Pick<Rewriter, 'changed'> | undefined,
): Changes {
  const open = new Map<string, TableChange>()
  let depth = 0
  const tell = (table: string, how: TableChange) => {
    rewriter?.changed(table, how)
    if (depth > 0) open.set(table, both(open.get(table) ?? how, how))
  }
  const tellAll = async (effects: readonly Effect[], isUndone: boolean) => {
    if (rewriter === undefined) return
    for (const effect of effects) {
      if (effect.kind === 'changes') {
        for (const table of effect.tables) tell(table, isUndone ? undone(effect.how) : effect.how)
      } else if (effect.kind === 'unknown') {
        for (const table of await tablesIn(db)) tell(table, 'other')
      }
    }
  }
  const end = (isUndone: boolean) => {
    depth = Math.max(0, depth - 1)
    if (depth > 0) return
    for (const [table, how] of open) rewriter?.changed(table, isUndone ? undone(how) : how)
    open.clear()
  }
  return {
    before: (effects) => tellAll(effects, false),
    async after(effects, hasFailed) {
      await tellAll(effects, hasFailed)
      for (const effect of effects) {
        if (effect.kind === 'begins' && !hasFailed) depth++
        if (effect.kind === 'ends') end(effect.isUndone || hasFailed)
      }
    },
    begin: () => {
      depth++
    },
    end,
    isInTransaction: () => depth > 0,
  }
}

const WIDTH = { append: 0, rows: 1, other: 2 } as const

function both(a: TableChange, b: TableChange): TableChange {
  return WIDTH[a] > WIDTH[b] ? a : b
}

/** Rows that were added may be gone again. */
function undone(how: TableChange): TableChange {
  return both(how, 'rows')
}

/** Names of all tables and views there are; none where the connection cannot say (a failed transaction). */
async function tablesIn(db: Database): Promise<readonly string[]> {
  try {
    const { columns } = await db.answer(
      'SELECT table_name FROM duckdb_tables() UNION SELECT view_name FROM duckdb_views() WHERE NOT internal',
    )
    return columns[0]!.map(String)
  } catch {
    return []
  }
}
