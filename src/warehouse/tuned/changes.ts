import type { Database } from '../../core/sql/database.ts'
import type { Rewriter, TableChange } from '../types.ts'
import type { Effect } from './effects.ts'

/** Tells a rewriter what changes, so that nothing is answered from before a change. */
export interface Changes {
  /** Before the statements run that have these effects. */
  before(effects: readonly Effect[]): void
  /**
   * When they have ended, well or not. `isOpen`: whether a transaction is open now; must be given where
   * what begins or ends one has failed: of several statements those before the one that failed have run.
   */
  after(effects: readonly Effect[], hasFailed: boolean, isOpen?: boolean): void
  begin(): void
  end(isUndone: boolean): void
  isInTransaction(): boolean
}

/**
 * Every change is told twice: before it, so that nobody reads a view while its table changes, and
 * after it, because a view may have been refreshed in between from what the table was. What happens in
 * a transaction is told once more at its end, when others see it.
 */
export function createChanges(rewriter: Pick<Rewriter, 'changed'>): Changes {
  const open = new Map<string | undefined, TableChange>()
  let depth = 0
  const tell = (table: string | undefined, how: TableChange) => {
    rewriter.changed(table, how)
    if (depth > 0) open.set(table, both(open.get(table) ?? how, how))
  }
  const tellAll = (effects: readonly Effect[], isUndone: boolean) => {
    for (const effect of effects) {
      if (effect.kind === 'changes') {
        for (const table of effect.tables) tell(table, isUndone ? undone(effect.how) : effect.how)
      } else if (effect.kind === 'unknown') {
        tell(undefined, 'other')
      }
    }
  }
  const end = (isUndone: boolean) => {
    depth = Math.max(0, depth - 1)
    if (depth > 0) return
    for (const [table, how] of open) rewriter.changed(table, isUndone ? undone(how) : how)
    open.clear()
  }
  return {
    before: (effects) => tellAll(effects, false),
    after(effects, hasFailed, isOpen) {
      if (isOpen !== undefined) {
        if (isOpen) depth = Math.max(1, depth)
        tellAll(effects, hasFailed)
        depth = Math.min(1, depth)
        if (!isOpen) end(true)
        return
      }
      tellAll(effects, hasFailed)
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

/** Whether what has effects like these begins or ends a transaction. */
export function isOfTransactions(effects: readonly Effect[]): boolean {
  return effects.some(({ kind }) => kind === 'begins' || kind === 'ends')
}

/** Whether a transaction is open: two statements of one have the same number, and an aborted one has none. */
export async function isTransactionOpen(db: Pick<Database, 'answer'>): Promise<boolean> {
  try {
    const numbers = [await db.answer(TRANSACTION), await db.answer(TRANSACTION)]
    const [first, second] = numbers.map(({ columns }) => columns[0]![0])
    return first === second
  } catch {
    return true
  }
}

const TRANSACTION = 'SELECT txid_current()'
