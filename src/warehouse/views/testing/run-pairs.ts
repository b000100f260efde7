import { createRandom, type Random } from '../../../core/random/random.ts'
import { sameAnswer } from '../../../core/sql/answer.ts'
import { type Database, openDatabase } from '../../../core/sql/database.ts'
import { orderOf } from '../../replay/statement-order.ts'
import type { Action } from '../../types.ts'
import { NOT_WHOLE, type ViewDefinition } from '../answer/definition.ts'
import { TIED } from '../answer/ties.ts'
import { TWO_ZEROS } from '../answer/zeros.ts'
import { adviseViews } from '../choose/adviser.ts'
import { fromClause } from '../read/from.ts'
import { createViewRewriter, type ViewRewriter } from '../rewriter.ts'
import { randomTemplate, type Template } from './random-queries.ts'
import { addRows, disturb, makeStore, pick } from './random-store.ts'

/** What came of statements run as they are and from views. */
export interface Pairs {
  /** Statements that a view answered, compared with the answer of the tables. */
  compared: number
  /** Of them, answered over cells of a grid. */
  overGrids: number
  /** Of them, over rows in an order that was learned, and of these with rows behind it. */
  overOrders: number
  behindOrders: number
  /** Of them, from whole cells and the rows of cut ones together. */
  unions: number
  /** Of them, by what they hold. */
  readonly kinds: Record<string, number>
  /** Statements that two groups were equal in the order of: they run as they were asked. */
  tied: number
  /** Statements that no view answered. */
  unserved: number
  readonly different: { readonly sql: string; readonly rewritten: string; readonly seed: number }[]
  /** Statements that a view would have answered although its table had changed. */
  stale: number
  readonly failedViews: string[]
  /** Views that were not brought up to date because rows came that they cannot hold. */
  refused: number
}

const KINDS: Readonly<Record<string, RegExp>> = {
  filter: /FILTER|COUNT_IF/,
  'distinct values': /\(DISTINCT|APPROX_COUNT/,
  'distinct rows': /^SELECT DISTINCT/,
  average: /AVG\((k|s|b|m|w)\)/,
  'whole fractions': /SUM\(w\)|AVG\(w\)/,
  bits: /BOOL_|BIT_/,
  join: /JOIN u ON/,
  'left join': /LEFT JOIN/,
  'derived table': /FROM \(SELECT|WITH /,
  having: /HAVING/,
  ordered: /ORDER BY/,
  'days and moments': /(day|moment|moment::DATE) (BETWEEN|>=|<)|> (day|moment)/,
  'rows of another table': /(IN|EXISTS) \(SELECT|(SEMI|ANTI) JOIN/,
  union: /UNION/,
  'grouped again':
    /FROM \(SELECT.*GROUP BY.*\) (AS \w+ )?(GROUP|$)|SELECT count.*FROM \(SELECT.*GROUP/,
  'parts alone': /\(SELECT (max|avg|k)\b|^WITH a AS/,
  window: /OVER \(/,
  'grouping sets': /ROLLUP|CUBE|SETS/,
}

const TEMPLATES = 6
const LEARNED = 12

/** Runs random stores, statements, views and changes until `wanted` pairs were compared. */
export async function runPairs(wanted: number, firstSeed: number): Promise<Pairs> {
  const pairs: Pairs = {
    compared: 0,
    overGrids: 0,
    overOrders: 0,
    behindOrders: 0,
    unions: 0,
    kinds: {},
    tied: 0,
    unserved: 0,
    different: [],
    stale: 0,
    failedViews: [],
    refused: 0,
  }
  for (let seed = firstSeed; pairs.compared < wanted; seed++) await runStore(pairs, seed)
  return pairs
}

async function runStore(pairs: Pairs, seed: number): Promise<void> {
  const random = createRandom(seed)
  const db = await openDatabase(':memory:', { threads: 1 })
  try {
    await makeStore(db, random)
    const templates = Array.from({ length: TEMPLATES }, () => randomTemplate(random))
    const rewriter = createViewRewriter(db, { 'warehouse.view-union-share': 1e6 })
    const standing = await buildViews(db, rewriter, templates, random, pairs)
    const holding = (part: string) =>
      new Set(standing.filter((a) => a.definition.includes(part)).map((a) => a.actionId))
    const made = { seed, gridded: holding('"grid"'), ordered: holding('"orderedBy"') }
    for (let round = 0; round < 4; round++) {
      await compareSome(db, rewriter, templates, pairs, made)
      if (round < 3) await change(db, rewriter, templates, random, pairs, standing)
    }
    for (const action of standing.slice(0, 1)) rewriter.withdraw(action.actionId)
    await compareSome(db, rewriter, templates, pairs, made)
  } finally {
    db.close()
  }
}

/**
 * Views that the chooser takes, and, so that plans compete, all it would offer under other knobs; of some
 * stores views of rows alone, which others would answer before.
 */
async function buildViews(
  db: Database,
  rewriter: ViewRewriter,
  templates: readonly Template[],
  random: Random,
  pairs: Pairs,
): Promise<readonly Action[]> {
  const demands = templates.map((template, i) => ({
    fingerprint: `f${i}`,
    statements: Array.from({ length: pick(random, [3, LEARNED]) }, template),
    count: 1e6,
    totalCpuMs: 1e9,
  }))
  const standing: Action[] = []
  for (const share of pick(random, [[1, 0], [1, 0], [0]])) {
    const advice = await adviseViews(db, demands, {
      seed: random.int(1000),
      storageBytes: 1e12,
      standing: [],
      present: standing.map(({ target }) => target),
      days: 1,
      isAnticipating: true,
      // As small that orders differ in what they skip.
      groupRows: [16, 32, 64],
      settings: {
        'warehouse.view-order-rows': pick(random, [0, 0, 1e12]),
        'warehouse.view-cell-share': share,
        'warehouse.view-sample-rows': pick(random, [1000, 20_000]),
        'warehouse.view-grid-cells': pick(random, [20, 200, 4096]),
        'warehouse.view-free-cells': pick(random, [3, 20, 128]),
      },
    })
    for (const action of advice.actions) {
      try {
        for (const sql of action.apply) await db.run(sql)
        await rewriter.serve(action)
        standing.push(action)
      } catch (error) {
        for (const sql of action.undo) await db.run(sql)
        fail(pairs, String(error))
      }
    }
  }
  return standing
}

/** Views that would show 0 or −0 are not built; whatever else fails is a fault. */
function fail(pairs: Pairs, message: string): void {
  if (!message.includes(TWO_ZEROS)) pairs.failedViews.push(message)
}

/** The seed of a store, and views in it by what they are. */
interface MadeViews {
  readonly seed: number
  readonly gridded: ReadonlySet<string>
  readonly ordered: ReadonlySet<string>
}

async function compareSome(
  db: Database,
  rewriter: ViewRewriter,
  templates: readonly Template[],
  pairs: Pairs,
  { seed, gridded, ordered }: MadeViews,
): Promise<void> {
  for (const template of templates) {
    for (let i = 0; i < 8; i++) {
      const sql = template()
      const plain = await db.answer(sql).catch(() => undefined)
      if (plain === undefined) continue
      if (!rewriter.knows(sql)) await rewriter.meet({ sql })
      const rewrite = rewriter.rewrite({ sql })
      if (rewrite === undefined) {
        pairs.unserved++
        continue
      }
      const { sql: rewritten, actionId } = rewrite
      if (gridded.has(actionId)) pairs.overGrids++
      if (ordered.has(actionId)) pairs.overOrders++
      if (ordered.has(actionId) && rewriter.behindOf(actionId) > 0) pairs.behindOrders++
      if (/UNION ALL|\) OR|_rows"/.test(rewritten)) pairs.unions++
      const served = await db.answer(rewritten).catch(String)
      if (typeof served === 'string' && (served.includes(TIED) || served.includes(TWO_ZEROS))) {
        pairs.tied++
        continue
      }
      const isSame = typeof served !== 'string' && sameAnswer(plain, served, orderOf(sql).isOrdered)
      pairs.compared++
      for (const [kind, holds] of Object.entries(KINDS)) {
        if (holds.test(sql)) pairs.kinds[kind] = (pairs.kinds[kind] ?? 0) + 1
      }
      if (!isSame)
        pairs.different.push({
          sql,
          rewritten: `${rewritten} ${typeof served === 'string' ? served : ''}`,
          seed,
        })
    }
  }
}

async function change(
  db: Database,
  rewriter: ViewRewriter,
  templates: readonly Template[],
  random: Random,
  pairs: Pairs,
  standing: readonly Action[],
): Promise<void> {
  const isAppend = random.next() < 0.6
  if (isAppend) await addRows(db, random, 1 + random.int(60))
  else await disturb(db, random)
  rewriter.changed('T', isAppend ? 'append' : 'other')
  if (random.next() < 0.15) {
    await db.run(`INSERT INTO u VALUES (${random.int(12) - 3}, 'west')`)
    rewriter.changed('u', 'append')
  }
  for (const template of templates) {
    const sql = template()
    await rewriter.meet({ sql })
    if (rewriter.rewrite({ sql }) !== undefined) pairs.stale++
  }
  for (const outcome of await rewriter.refresh()) {
    if (outcome.refreshed !== 'failed') continue
    const view = standing.find(({ actionId }) => actionId === outcome.actionId)!.definition
    if (outcome.failed!.includes(NOT_WHOLE) && (await holdsNoWhole(db, JSON.parse(view))))
      pairs.refused++
    else fail(pairs, outcome.failed!)
  }
}

/** Whether a fraction that a view keeps as a whole number is none in some row, or none of 32 bits, or −0. */
async function holdsNoWhole(
  db: Database,
  { tables, outer, fixed, keys, measures }: ViewDefinition,
): Promise<boolean> {
  const kept = [
    ...keys.filter(({ grid, stored, type }) => grid === undefined && stored !== type),
    ...measures.filter(({ kind, type }) => kind === 'sum' && /^(FLOAT|DOUBLE)$/.test(type)),
  ]
  const whole = kept.map(
    ({ expression: e }) =>
      `CAST(${e} AS VARCHAR) IN ('nan', 'inf', '-inf', '-0.0') OR ${e} % 1 <> 0 OR abs(${e}) > 1e6`,
  )
  const { columns } = await db.answer(
    `SELECT coalesce(bool_or(${whole.join(' OR ') || 'FALSE'}), FALSE) FROM ${fromClause(tables, outer)}
     WHERE ${['TRUE', ...fixed].join(' AND ')}`,
  )
  return columns[0]![0] === true
}
