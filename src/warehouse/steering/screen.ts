import type { Database } from '../../core/sql/database.ts'
import {
  type Arm,
  DEFAULT_ARM,
  joinArms,
  makeArm,
  resetStatements,
  setStatements,
  singleArms,
} from './arms.ts'
import {
  type ArmTimes,
  type MeasuredStatement,
  type MeasureOptions,
  measureArms,
  middle,
} from './measure.ts'

export interface ScreenOptions extends MeasureOptions {
  /** Statements that arms are tried on while they are sought. */
  readonly samples: number
  /** Share of the CPU that an arm must save over those kept before it. */
  readonly leastGain: number
}

/** What was found, and why the rest was dropped. */
export interface Screening {
  /** Arms worth measuring on all statements, the default not among them. */
  readonly arms: readonly Arm[]
  readonly dropped: readonly { readonly arm: string; readonly reason: string }[]
}

/** A statement with its CPU by default. */
export interface TimedStatement extends MeasuredStatement {
  readonly cpuMs: number
}

/**
 * Finds arms for this database and machine on a sample of its statements (with their CPU by default):
 *
 * 1. Switches and thresholds that change no plan of the sample are set aside as idle.
 * 2. The others are timed alone; the best is grown, one at a time, while that saves CPU.
 * 3. Idle switches are timed on top of it: leaving out work that finds nothing makes planning
 *    cheaper, and some change what a plan does without showing in it.
 * 4. Pairs of the others, with and without the idle ones, join where they are better on some
 *    statements.
 */
export async function screenArms(
  db: Database,
  statements: readonly TimedStatement[],
  options: ScreenOptions,
): Promise<Screening> {
  const sample = dearAndOthers(statements, options.samples)
  const singles = await singleArms(db)
  const changing = await armsThatChangePlans(db, sample, singles)
  const idle = singles.filter((arm) => !changing.includes(arm) && arm.off.length > 0)
  const alone = await measureArms(db, sample, changing, options)
  const best = await growBest(db, sample, alone, options)
  const lean = await leanOn(db, sample, best, idle, options)
  const pairs = pairsOf(changing.filter((arm) => saves(alone, arm, options.leastGain)))
  const others = [...changing, ...pairs].filter(({ name }) => name !== best.name)
  const found = [
    best,
    ...(lean.off.length > 0 ? [lean, joinArms(best, lean)] : []),
    ...(sample.some(({ byKey }) => byKey !== undefined) ? [BY_KEY, joinArms(BY_KEY, lean)] : []),
    ...others,
  ]
  const tried = await measureArms(db, sample, found, options)
  // Few statements are tried here: what gains little on them may gain more on others.
  const kept = chooseArms(tried, options.leastGain / 5, MOST_ARMS)
  const places = tried.arms[1] === DEFAULT_ARM ? kept : [...new Set([1, ...kept])]
  const arms = places.map((a) => tried.arms[a]!)
  const isKept = new Set(arms.map(({ name }) => name))
  return {
    arms,
    dropped: [...singles, ...found]
      .filter(({ name }) => !isKept.has(name))
      .map(({ name }) => ({
        arm: name,
        reason:
          changing.some((c) => c.name === name) || !singles.some((s) => s.name === name)
            ? 'the arms kept are as good on every statement tried'
            : 'changes no plan of the statements tried',
      })),
  }
}

/** Counts of joins through groups, under the settings that stand. */
export const BY_KEY = makeArm([], {}, true)
const MOST_ARMS = 10
const MOST_PAIRS = 6

/** The dearer half of the sample is the dearest statements, the other half every so manyth of the rest. */
function dearAndOthers(
  statements: readonly TimedStatement[],
  count: number,
): readonly TimedStatement[] {
  const sorted = statements.toSorted((a, b) => b.cpuMs - a.cpuMs)
  const dear = sorted.slice(0, Math.ceil(count / 2))
  const rest = sorted.slice(dear.length)
  const step = Math.max(1, rest.length / Math.max(1, count - dear.length))
  const others = Array.from(
    { length: Math.min(rest.length, count - dear.length) },
    (_, i) => rest[Math.floor(i * step)]!,
  )
  return [...dear, ...others]
}

/** Arms under which at least one statement is planned otherwise; estimates do not count. */
export async function armsThatChangePlans(
  db: Database,
  statements: readonly MeasuredStatement[],
  arms: readonly Arm[],
): Promise<readonly Arm[]> {
  const usual = await plansUnder(db, statements, DEFAULT_ARM)
  const changing: Arm[] = []
  for (const arm of arms) {
    const plans = await plansUnder(db, statements, arm)
    if (plans.some((plan, i) => plan !== usual[i])) changing.push(arm)
  }
  return changing
}

async function plansUnder(
  db: Database,
  statements: readonly MeasuredStatement[],
  arm: Arm,
): Promise<readonly string[]> {
  const plans: string[] = []
  try {
    for (const sql of setStatements(arm)) await db.run(sql)
    for (const { sql } of statements) {
      const answer = await db.answer(`EXPLAIN (FORMAT json) ${sql}`).catch(() => undefined)
      const plan = String(answer?.columns[1]?.[0] ?? '')
      plans.push(plan.replace(/"Estimated Cardinality":\s*"[^"]*"/g, ''))
    }
  } finally {
    for (const sql of resetStatements(arm)) await db.run(sql)
  }
  return plans
}

/** The best single arm and whatever else, switched as well, saves more. */
async function growBest(
  db: Database,
  sample: readonly TimedStatement[],
  alone: ArmTimes,
  options: ScreenOptions,
): Promise<Arm> {
  const others = alone.arms.slice(1)
  let best = alone.arms[bestOf(totals(alone))]!
  for (let round = 0; round < 2; round++) {
    const grown = others
      .filter((arm) => saves(alone, arm, 0.25 * options.leastGain))
      .map((arm) => joinArms(best, arm))
      .filter(({ name }) => name !== best.name)
    const times = await measureArms(db, sample, [best, ...grown], options)
    const sums = totals(times)
    const next = bestOf(sums)
    if (sums[next]! > (1 - options.leastGain) * sums[1]!) return next === 0 ? DEFAULT_ARM : best
    best = times.arms[next]!
  }
  return best
}

/** Idle switches that together with `best` cost nothing, tried one by one on the dearer statements. */
async function leanOn(
  db: Database,
  sample: readonly TimedStatement[],
  best: Arm,
  idle: readonly Arm[],
  options: ScreenOptions,
): Promise<Arm> {
  const dear = sample.slice(0, Math.ceil(sample.length / 2))
  const arms = idle.map((arm) => joinArms(best, arm))
  const times = await measureArms(db, dear, [best, ...arms], { ...options, repeats: 2 })
  const harmless = idle.filter((_, i) => ratioTo(times, 1, i + 2) < 1 + 2 * options.leastGain)
  return makeArm(harmless.flatMap(({ off }) => off))
}

/** Middle over the statements of one arm's time over another's. */
function ratioTo({ cpuMs, arms, statements }: ArmTimes, base: number, arm: number): number {
  const at = (i: number, a: number) => cpuMs[i * arms.length + a]!
  return middle(Array.from({ length: statements }, (_, i) => at(i, arm) / at(i, base)))
}

function pairsOf(arms: readonly Arm[]): readonly Arm[] {
  const pairs = arms.flatMap((a, i) => arms.slice(i + 1).map((b) => joinArms(a, b)))
  return pairs.slice(0, MOST_PAIRS)
}

/** Whether choosing between the default and the arm, statement by statement, would save enough. */
function saves({ cpuMs, arms, statements }: ArmTimes, arm: Arm, least: number): boolean {
  const a = arms.findIndex(({ name }) => name === arm.name)
  let normal = 0
  let chosen = 0
  for (let i = 0; i < statements; i++) {
    const base = cpuMs[i * arms.length]!
    normal += base
    chosen += Math.min(base, cpuMs[i * arms.length + a]!)
  }
  // Of two equal arms the lesser of two times is below both by chance: about a twentieth.
  return chosen < (1 - least - 0.04) * normal
}

/**
 * Places of the arms that together leave the least time when each statement gets its best, taken one
 * by one while another saves the share `least` of the default's time; `most` at most.
 */
export function chooseArms(times: ArmTimes, least: number, most: number): readonly number[] {
  const { cpuMs, arms, statements } = times
  const row = (i: number) => cpuMs.subarray(i * arms.length, (i + 1) * arms.length)
  const best = Float64Array.from({ length: statements }, (_, i) => row(i)[0]!)
  const normal = best.reduce((a, b) => a + b, 0)
  const kept: number[] = []
  while (kept.length < most) {
    const gains = arms.map((_, a) =>
      best.reduce((sum, time, i) => sum + Math.max(0, time - row(i)[a]!), 0),
    )
    const next = gains.indexOf(Math.max(...gains))
    if (!(gains[next]! > least * normal)) break
    kept.push(next)
    best.forEach((time, i) => {
      best[i] = Math.min(time, row(i)[next]!)
    })
  }
  return kept
}

function totals({ cpuMs, interrupted, arms, statements }: ArmTimes): readonly number[] {
  return arms.map((_, a) => {
    let sum = 0
    for (let i = 0; i < statements; i++) {
      const at = i * arms.length + a
      // What was interrupted is run again by default.
      sum += cpuMs[at]! + (interrupted[at] === 1 ? cpuMs[i * arms.length]! : 0)
    }
    return sum
  })
}

function bestOf(sums: readonly number[]): number {
  return sums.indexOf(Math.min(...sums))
}
