import { createRandom, type Random } from '../../src/core/random/random.ts'
import type { Database } from '../../src/core/sql/database.ts'
import { createPlanPart } from '../../src/warehouse/advise/plan-part.ts'
import { steeringAdviser } from '../../src/warehouse/steering/door.ts'
import type { Advice, KnownStatement } from '../../src/warehouse/types.ts'
import { createRecorder, createTemplates } from '../../src/warehouse/watch/door.ts'
import { cpuMs } from './matrix.ts'
import { type Round, runRound } from './online.ts'

const DAY_MS = 86_400_000

/** What repeated templates came to: by default, with ways to ask, with ways and arms of settings. */
export interface RepeatedResult {
  readonly rounds: readonly Round[]
  readonly advice: Advice
  /** CPU of finding arms and learning what they cost, ms. */
  readonly adviseMs: number
  readonly statements: number
  readonly templates: number
}

export interface RepeatedOptions {
  readonly seed: number
  readonly rounds: number
  /** Templates drawn, and how often each is asked with other constants. */
  readonly templates: number
  readonly times: number
}

/**
 * Draws templates and asks each many times with other constants: the first quarter of the asks is
 * learned from (arms of settings, on this machine), the rest is measured.
 */
export async function runRepeated(
  { plain, steered }: { readonly plain: Database; readonly steered: Database },
  statements: readonly KnownStatement[],
  { seed, rounds, templates, times }: RepeatedOptions,
): Promise<RepeatedResult> {
  const random = createRandom(`repeated ${seed}`)
  const drawn = shuffled(statements, random).slice(0, templates)
  const known = createTemplates(2 * statements.length)
  const varied: KnownStatement[] = []
  for (let k = 0; k < times; k++) {
    for (const one of shuffled(drawn, random)) {
      const { statement } = await known.meet(known.know(withOther(one, random)), steered)
      varied.push(statement)
    }
  }
  const first = varied.splice(0, Math.floor(varied.length / 4))
  const { advice, adviseMs } = await learnArms(steered, first, seed)
  const results: Round[] = []
  for (let round = 0; round < rounds; round++) {
    const parts = [createPlanPart(steered, seed), createPlanPart(steered, seed)] as const
    const [action] = advice.actions
    if (action !== undefined) await parts[1].serve(action)
    const steerers = parts.map(({ steerer }) => steerer)
    results.push(await runRound({ plain, steered }, steerers, varied, round))
  }
  return { rounds: results, advice, adviseMs, statements: varied.length, templates: drawn.length }
}

/** Watches statements, then asks the adviser for arms: what is asked comes back each day. */
async function learnArms(db: Database, statements: readonly KnownStatement[], seed: number) {
  const recorder = createRecorder({ seed })
  for (const [at, statement] of statements.entries()) {
    const since = cpuMs()
    const { rowCount } = await db.answer(statement.sql)
    const spent = cpuMs() - since
    recorder.observe(statement, { at, wallMs: spent, cpuMs: spent, rowsReturned: rowCount })
  }
  const workload = { ...recorder.workload(), fromMs: 0, toMs: DAY_MS }
  const since = cpuMs()
  const advice = await steeringAdviser({ cpu: cpuMs, areCountsServed: false }).advise(
    workload,
    db,
    {
      ...{ seed, now: DAY_MS, storageBytes: 0, standing: [], horizonDays: 365 },
    },
  )
  return { advice, adviseMs: cpuMs() - since }
}

/** The statement with its numbers moved by up to a third, its times by up to a quarter of a year. */
function withOther({ sql, spans, constants }: KnownStatement, random: Random): string {
  let text = ''
  let from = 0
  for (const [slot, value] of constants.entries()) {
    const [start, end] = [spans[2 * slot]!, spans[2 * slot + 1]!]
    text += sql.slice(from, start) + otherThan(sql.slice(start, end), value, random)
    from = end
  }
  return text + sql.slice(from)
}

function otherThan(text: string, value: unknown, random: Random): string {
  const by = 2 * random.next() - 1
  if (typeof value === 'number' && Number.isInteger(value)) {
    return String(Math.round(value + (by * Math.abs(value)) / 3))
  }
  const moment = typeof value === 'string' ? Date.parse(`${value.replace(' ', 'T')}Z`) : Number.NaN
  if (Number.isNaN(moment)) return text
  const moved = new Date(moment + by * 90 * DAY_MS).toISOString().slice(0, 19).replace('T', ' ')
  return `'${moved}'`
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
  return list
    .map((value) => ({ value, key: random.next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value)
}
