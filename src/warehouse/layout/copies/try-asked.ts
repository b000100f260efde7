import { throwIfStopped } from '../../../core/progress.ts'
import { type Database, quoteText } from '../../../core/sql/database.ts'
import { cpuNow } from '../../../core/sql/observe.ts'
import { rewriteTogether } from '../../tuned/together.ts'
import { tunedDatabase } from '../../tuned/tuned.ts'
import type { Rewriter } from '../../types.ts'
import { createTemplates } from '../../watch/templates.ts'
import { carryingRewriter } from '../joined/rewriter.ts'
import { spread, type WeighedStatement } from '../read/statements.ts'
import { copyingRewriter } from './rewriter.ts'

/** Statements of a template that are asked, and how often of each way: the least of these counts. */
const ASKED = 5
const ROUNDS = 3

/** What copies did for the statements of a template, asked as users ask them. */
export interface AskedTrial {
  /** By which the rewriter knows the template. */
  readonly fingerprint: string
  /** Files of the copies that its statements read; none: they read the table's files as before. */
  readonly copies: readonly string[]
  /** CPU time with copies in service over that without, all that rewriting takes counted. */
  readonly cpuShare: number
}

export interface AskedOptions {
  readonly table: string
  /** The copies' files, by their whole paths. */
  readonly copies: readonly string[]
  readonly statements: readonly WeighedStatement[]
  readonly signal?: AbortSignal
}

/**
 * Asks statements in turn of tuned databases, one that reads the files of a path alone and one that reads
 * copies too, template by template. Undefined where the table is not what `openParquet` made of the files.
 */
export async function tryAsked(
  db: Database,
  path: string,
  { table, copies, statements, signal }: AskedOptions,
): Promise<readonly AskedTrial[] | undefined> {
  const copying = copyingRewriter(db)
  if (!(await copying.serve(table, path))) return undefined
  const carrying = carryingRewriter(db)
  const isCarrying = await carrying.serve(table, path)
  let ran = ''
  const seen: Rewriter = {
    ...copying,
    rewrite(statement) {
      const found = copying.rewrite(statement)
      ran = found?.sql ?? ''
      return found
    },
  }
  const mode = { mode: 'automatic', isPromising: () => true } as const
  const together = rewriteTogether(db, [{ rewriter: seen }, { rewriter: carrying }])
  const alone = isCarrying ? tunedDatabase(db, { ...mode, rewriter: carrying }) : db
  const sides = [alone, tunedDatabase(db, { ...mode, rewriter: together })]
  const trials: AskedTrial[] = []
  for (const [fingerprint, texts] of textsOfTemplates(statements)) {
    const read = new Set<string>()
    const sums = [0, 0]
    for (const sql of spread(texts, ASKED)) {
      const least = [Infinity, Infinity]
      for (let round = 0; round < ROUNDS; round++) {
        for (const [side, asked] of sides.entries()) {
          throwIfStopped(signal)
          // A tuned database watches statements itself, and of two watches only the inner one sees CPU.
          const since = cpuNow()
          await asked.answer(sql)
          least[side] = Math.min(least[side]!, cpuNow() - since)
        }
      }
      for (const copy of copies) if (ran.includes(quoteText(copy))) read.add(copy)
      for (const side of sides.keys()) sums[side]! += least[side]!
    }
    const cpuShare = sums[1]! / Math.max(1e-3, sums[0]!)
    trials.push({ fingerprint, copies: [...read], cpuShare })
  }
  return trials
}

/** Statements by their templates as the tuned database tells them apart. */
function textsOfTemplates(
  statements: readonly WeighedStatement[],
): ReadonlyMap<string, readonly string[]> {
  const templates = createTemplates(statements.length + 1)
  const texts = new Map<string, string[]>()
  for (const { sql } of statements) {
    const { fingerprint } = templates.know(sql).template
    texts.set(fingerprint, [...(texts.get(fingerprint) ?? []), sql])
  }
  return texts
}
