import { readKnob } from '../../core/knobs.ts'
import type { Database, SqlValue } from '../../core/sql/database.ts'
import { messageOf } from '../../core/sql/observe.ts'
import type { KnownStatement, Mode } from '../types.ts'
import { lookAfter, templateLimit } from '../watch/knobs.ts'
import { recentMap, type Templates } from '../watch/templates.ts'
import { isPlainWith } from './effects.ts'
import type { TunedOptions } from './options.ts'
import { createValueWriter } from './values.ts'

/** A statement with its template; `written`: with its values in it, absent where that is not sure. */
export interface ReadStatement {
  readonly written: string | undefined
  readonly statement: KnownStatement
}

/**
 * Reads what is asked, as far as it is worth it: a tree costs some ms, and most templates never come back.
 * Only a rewriter needs trees: where it has nothing more to know, or none may rewrite, none is read.
 */
export interface Reading {
  /** At once where nothing is to be read for it. */
  know(
    sql: string,
    values: readonly SqlValue[],
    isTransacting: boolean,
  ): ReadStatement | Promise<ReadStatement>
  /** Reads the tree of a statement, and shows it to the rewriter. */
  show(statement: KnownStatement): Promise<KnownStatement>
  /** Whether statements like this took as much since they were last shown as showing them takes. */
  isWorthShowing(statement: KnownStatement): boolean
  /** Told what a statement took. */
  spent(statement: KnownStatement, cpuMs: number): void
  /** Columns changed. */
  forget(): void
}

/** CPU of the shortest answer, ms, and the share that may be saved of answers no longer than it. */
const LEAST_MS = 1
const HARDLY = 0.05

const MAY_SELECT = /^\s*(SELECT|WITH|FROM|VALUES|\()/i

/** Reads through `db`; `onFault` is told of trees that cannot be read. */
export function createReading(
  db: Database,
  templates: Templates,
  { watcher, rewriter, isPromising, knobs }: TunedOptions,
  modeNow: () => Mode,
  onFault: (message: string, statement: KnownStatement) => void,
): Reading {
  const limit = readKnob(templateLimit, knobs)
  const shown = recentMap<true>(limit)
  const seenOnce = recentMap<true>(limit)
  const spent = recentMap<number>(limit)
  const worth = readKnob(lookAfter, knobs)
  const writer = createValueWriter(db)
  const mayRewrite = () => modeNow() === 'approve' || modeNow() === 'automatic'
  const isFirst = (sql: string): boolean => {
    if (seenOnce.get(sql) || isPromising?.(sql)) return false
    seenOnce.set(sql, true)
    return true
  }
  // The ski renter's rule: shown once not showing has cost as much.
  const isWorthShowing = ({ sql, template }: KnownStatement): boolean =>
    (spent.get(template.fingerprint) ?? 0) >= worth || isPromising?.(sql, template) === true
  const isOfUse = ({ sql }: KnownStatement): boolean =>
    mayRewrite() && rewriter !== undefined && rewriter.knows?.(sql) !== true
  const written = async (
    sql: string,
    values: readonly SqlValue[],
    isTransacting: boolean,
  ): Promise<string | undefined> => {
    if (modeNow() === 'off' || isTransacting || !MAY_SELECT.test(sql)) return undefined
    if (watcher === undefined && isFirst(sql)) return undefined
    return writer.write(sql, values)
  }
  const show = async (statement: KnownStatement): Promise<KnownStatement> => {
    spent.set(statement.template.fingerprint, 0)
    try {
      if (templates.isMet(statement)) {
        shown.set(statement.template.fingerprint, true)
        if (templates.isTrusted(statement)) await rewriter?.meet?.(statement)
        return statement
      }
      const met = await templates.meet(statement, db)
      if (templates.isMet(statement)) shown.set(statement.template.fingerprint, true)
      if (met.tree?.isTrusted) await rewriter?.meet?.(met.statement, met.tree)
      return met.statement
    } catch (error) {
      onFault(messageOf(error), statement)
      return statement
    }
  }
  const isToShow = (statement: KnownStatement, isWritten: boolean): boolean => {
    const { fingerprint, kind, sql: words } = statement.template
    if (kind !== 'select' || shown.get(fingerprint)) return false
    // Even where nothing is tuned, it must be known whether WITH … changes a table.
    if (words.startsWith('WITH') && !isPlainWith(words)) return true
    return isOfUse(statement) && (isWritten || isWorthShowing(statement))
  }
  const knowShown = async (text: string, statement: KnownStatement): Promise<ReadStatement> => ({
    written: text,
    statement: await show(statement),
  })
  const knowWritten = async (
    sql: string,
    values: readonly SqlValue[],
    isTransacting: boolean,
  ): Promise<ReadStatement> => {
    const text = await written(sql, values, isTransacting)
    const statement = templates.know(text ?? sql)
    const isToShowNow = isToShow(statement, text !== undefined && watcher === undefined)
    return { written: text, statement: isToShowNow ? await show(statement) : statement }
  }
  return {
    know(sql, values, isTransacting) {
      if (values.length > 0) return knowWritten(sql, values, isTransacting)
      const statement = templates.know(sql)
      return isToShow(statement, false) ? knowShown(sql, statement) : { written: sql, statement }
    },
    show,
    isWorthShowing,
    spent({ template: { fingerprint, kind } }, cpuMs) {
      if (kind !== 'select') return
      // What is no dearer than the way there and back can hardly be answered sooner.
      const saved = Math.max(cpuMs - LEAST_MS, HARDLY * cpuMs)
      spent.set(fingerprint, (spent.get(fingerprint) ?? 0) + saved)
    },
    forget: () => writer.forget(),
  }
}
