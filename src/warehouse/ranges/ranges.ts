import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { Database } from '../../core/sql/database.ts'
import type { KnownStatement, Steerer, TableChange } from '../types.ts'
import { lookAfter, templateLimit } from '../watch/knobs.ts'
import { scanStatement } from '../watch/scan.ts'
import { recentMap } from '../watch/templates.ts'
import { type Relations, readRelations } from './catalogue.ts'
import { applyPlan, planRanges, type RangePlan, skeletonOf } from './plan.ts'

/** The arm of a statement that is asked with ranges besides. */
export const RANGED = 'with ranges'

/** Words of conditions that DuckDB skips no row groups by. */
const PROMISING =
  /\bWHERE\b[\s\S]*?(::|\b(OR|CAST|INTERVAL|TIMESTAMP|current_\w+)\b|\w+\s*\(|[-+*/^[])/i
/** Tables of fewer rows are one row group or two. */
const LEAST_ROWS = 32_768
/** Runs of each kind that are remembered of a template, and after how many they are compared. */
const RUNS_KEPT = 9
const RUNS_TO_JUDGE = 4
/** Ranges that make statements this much slower are left out. */
const SLOWER = 1.1

interface Runs {
  readonly plain: number[]
  readonly ranged: number[]
  spentMs: number
  isOff: boolean
}

export interface Ranges extends Steerer {
  /** Works out at once what statements like this one may be asked with. */
  meet(statement: KnownStatement): Promise<void>
  /** Whether that is known, or there is surely nothing. */
  knows(sql: string): boolean
}

/**
 * Asks statements with conditions besides that hold wherever theirs do, and by which DuckDB skips row
 * groups: `year(d) = 2024 AND d >= '2024-01-01' AND d < '2025-01-01'`. The answer is the same, because the
 * statement's own condition is still asked. What a template may be asked with is worked out once, when
 * its statements have taken as much CPU as that takes; where it makes them slower, it is left out again.
 */
export function createRanges(db: Database, knobs: KnobSettings = {}): Ranges {
  const limit = readKnob(templateLimit, knobs)
  const worthMs = readKnob(lookAfter, knobs)
  const runsOf = recentMap<Runs>(limit)
  let plans = recentMap<RangePlan | 'none'>(limit)
  let hasPlans = false
  let relations: Promise<Relations> | undefined
  const runs = ({ template }: KnownStatement): Runs => {
    const known = runsOf.get(template.fingerprint)
    if (known !== undefined) return known
    const fresh = { plain: [], ranged: [], spentMs: 0, isOff: !PROMISING.test(template.sql) }
    runsOf.set(template.fingerprint, fresh)
    return fresh
  }
  const plan = async (statement: KnownStatement, skeleton: string): Promise<void> => {
    plans.set(skeleton, 'none')
    relations ??= readRelations(db)
    const known = await relations
    if (!isLarge(statement, known)) return
    const found = await planRanges(db, statement, known)
    if (found === undefined) return
    plans.set(skeleton, found)
    hasPlans = true
  }
  return {
    async meet(statement) {
      if (!runs(statement).isOff) await plan(statement, skeletonOf(statement))
    },
    knows: (sql) =>
      !PROMISING.test(sql) ||
      plans.get(skeletonOf({ sql, spans: scanStatement(sql).spans })) !== undefined,
    due(statement) {
      const mine = runs(statement)
      if (mine.isOff || mine.spentMs < worthMs) return undefined
      const skeleton = skeletonOf(statement)
      if (plans.get(skeleton) !== undefined) return undefined
      return async () => {
        mine.spentMs = 0
        await plan(statement, skeleton)
      }
    },
    concerns: (sql) => hasPlans && PROMISING.test(sql),
    choose(statement) {
      if (!hasPlans || runs(statement).isOff) return undefined
      const found = plans.get(skeletonOf(statement))
      const sql = found === undefined || found === 'none' ? undefined : applyPlan(found, statement)
      return sql === undefined
        ? undefined
        : { arm: RANGED, set: [], reset: [], sql, limitMs: Infinity }
    },
    learn(statement, { arm, cpuMs, interrupted }) {
      const mine = runs(statement)
      const list = arm === RANGED ? mine.ranged : mine.plain
      if (arm !== RANGED) mine.spentMs += cpuMs
      list.push(cpuMs)
      if (list.length > RUNS_KEPT) list.shift()
      // A statement that failed with ranges is asked without them from then on.
      if (arm === RANGED && (interrupted || isSlower(mine))) mine.isOff = true
    },
    changed(_table: string | undefined, how: TableChange = 'other') {
      if (how !== 'other') return
      relations = undefined
      plans = recentMap(limit)
      hasPlans = false
    },
  }
}

function isLarge({ template, sql }: KnownStatement, relations: Relations): boolean {
  const names = template.tables.length > 0 ? template.tables : (sql.match(/\w+/g) ?? [])
  return names.some((name) => {
    const relation = relations.get(name.toLowerCase())
    return relation !== undefined && (relation.rows ?? LEAST_ROWS) >= LEAST_ROWS
  })
}

function isSlower({ plain, ranged }: Runs): boolean {
  if (ranged.length < RUNS_TO_JUDGE || plain.length === 0) return false
  return medianOf(ranged) > SLOWER * medianOf(plain) + 0.2
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!
}
