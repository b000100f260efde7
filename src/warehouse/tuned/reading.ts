import { readKnob } from '../../core/knobs.ts'
import type { Database, SqlValue } from '../../core/sql/database.ts'
import { messageOf } from '../../core/sql/observe.ts'
import type { KnownStatement, Mode } from '../types.ts'
import { templateLimit } from '../watch/knobs.ts'
import { recentMap, type Templates } from '../watch/templates.ts'
import type { TunedOptions } from './options.ts'
import { createValueWriter } from './values.ts'

/** A statement with its template; `written`: with its values in it, absent where that is not sure. */
export interface ReadStatement {
  readonly written: string | undefined
  readonly statement: KnownStatement
}

/** Reads what is asked, as far as it is worth it: a tree costs some ms, and most templates never come back. */
export interface Reading {
  know(sql: string, values: readonly SqlValue[], isTransacting: boolean): Promise<ReadStatement>
  /** Reads the tree of a statement, and shows it to the rewriter. */
  show(statement: KnownStatement): Promise<KnownStatement>
  /** Columns changed. */
  forget(): void
}

const MAY_SELECT = /^\s*(SELECT|WITH|FROM|VALUES|\()/i

/** Reads through `db`; `onFault` is told of trees that cannot be read. */
export function createReading(
  db: Database,
  templates: Templates,
  { watcher, rewriter, isPromising }: TunedOptions,
  modeNow: () => Mode,
  onFault: (message: string, statement: KnownStatement) => void,
): Reading {
  const limit = readKnob(templateLimit)
  const shown = recentMap<true>(limit)
  const seenOnce = recentMap<true>(limit)
  const writer = createValueWriter(db)
  // Steering needs no tree.
  const waitsForSecond = () => modeNow() !== 'advise'
  const isFirst = (key: string, sql: string): boolean => {
    if (!waitsForSecond() || seenOnce.get(key) || isPromising?.(sql)) return false
    seenOnce.set(key, true)
    return true
  }
  const written = async (
    sql: string,
    values: readonly SqlValue[],
    isTransacting: boolean,
  ): Promise<string | undefined> => {
    if (values.length === 0) return sql
    if (modeNow() === 'off' || isTransacting || !MAY_SELECT.test(sql)) return undefined
    if (watcher === undefined && isFirst(sql, sql)) return undefined
    return writer.write(sql, values)
  }
  const show = async (statement: KnownStatement): Promise<KnownStatement> => {
    try {
      const met = await templates.meet(statement, db)
      if (templates.isMet(statement)) shown.set(statement.template.fingerprint, true)
      if (met.tree?.isTrusted) await rewriter?.meet?.(met.statement, met.tree)
      return met.statement
    } catch (error) {
      onFault(messageOf(error), statement)
      return statement
    }
  }
  const known = async (sql: string, isWritten: boolean): Promise<KnownStatement> => {
    const statement = templates.know(sql)
    const { fingerprint, kind, sql: words } = statement.template
    if (kind !== 'select' || shown.get(fingerprint)) return statement
    // Even where nothing is tuned, it must be known whether WITH … changes a table.
    const isPlain = !words.startsWith('WITH')
    if (modeNow() === 'off' && isPlain) return statement
    const canWait = isPlain && !isWritten && !templates.isMet(statement)
    return canWait && isFirst(fingerprint, sql) ? statement : await show(statement)
  }
  return {
    async know(sql, values, isTransacting) {
      const text = await written(sql, values, isTransacting)
      const isWritten = values.length > 0 && text !== undefined && watcher === undefined
      return { written: text, statement: await known(text ?? sql, isWritten) }
    },
    show,
    forget: () => writer.forget(),
  }
}
