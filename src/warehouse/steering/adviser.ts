import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { Database } from '../../core/sql/database.ts'
import type { Action, Advice, AdviseOptions, Adviser, Gain, Refusal, Workload } from '../types.ts'
import * as knobs from './knobs.ts'
import { type ArmTimes, type CpuClock, type MeasureOptions, measureArms } from './measure.ts'
import { chooseArms, screenArms } from './screen.ts'
import { STEERING_ACTION, type SteeringState } from './state.ts'
import type { TableStatistics } from './statistics.ts'
import { createSteerer } from './steerer.ts'
import { keepArms, keepStatements, measurable, statisticsOf, trainSteering } from './train.ts'
import { type TrialStatement, trialStatements } from './workload.ts'

export interface SteeringAdviserOptions {
  readonly cpu: CpuClock
  /** Counts that can go through groups do so already (ways/): arms are sought for the others alone. */
  readonly areCountsServed?: boolean
  readonly settings?: KnobSettings
}

const DAY_MS = 86_400_000
const MOST_ARMS = 8
/** Statements on which arms are sought. */
const SCREENING = { samples: 24 } as const
const REPEATS = 3
/** Times the CPU of one run of each statement that trying a dozen arms on them takes. */
const FULL_TIMES = 30

/**
 * Proposes plan steering where it gains on templates it was not trained on: finds arms, measures them
 * on the statements of the workload within a budget of CPU, and trains. The action names templates and
 * their arms with what was measured; the rest is refused with reasons. Nobody else should use the
 * database meanwhile: settings are those of the whole instance, and CPU is the process's.
 */
export function steeringAdviser(own: SteeringAdviserOptions): Adviser {
  return {
    kind: 'plan',
    advise: (workload, db, options) => adviseSteering(workload, db, options, own),
  }
}

async function adviseSteering(
  workload: Workload,
  db: Database,
  options: AdviseOptions,
  { cpu, settings = {}, areCountsServed = false }: SteeringAdviserOptions,
): Promise<Advice> {
  const { trials: whole, refused } = trialStatements(workload)
  const refusals = refused.map(({ load, reason }) => refusal(load.template.fingerprint, reason))
  const none = (of: readonly TrialStatement[], reason: string): Advice => ({
    actions: [],
    refusals: [...refusals, ...refuseAll(of, reason)],
  })
  const effort = effortOf(workload, whole, options, settings)
  if (effort.reason !== undefined) return none(whole, effort.reason)
  const startedAt = cpu()
  const { seed } = options
  const every = whole.map(({ statement }) => statement)
  const statistics = await statisticsOf(db, every, { seed, settings })
  const isServed = ({ statement }: TrialStatement) =>
    areCountsServed && measurable(statement, statistics).byKey !== undefined
  const served = whole.filter(isServed)
  refusals.push(...refuseAll(served, SERVED))
  const trials = whole.filter((trial) => !served.includes(trial))
  const { reason, budgetMs } = effortOf(workload, trials, options, settings)
  if (reason !== undefined) return none(trials, reason)
  const measured = await measureTrials(db, trials, statistics, {
    cpu,
    settings,
    budgetMs,
    ...signalOf(options),
  })
  if (measured === undefined) {
    return none(trials, 'no switch or threshold saves CPU on the statements tried')
  }
  const kept = measured.kept.map((i) => trials[i]!)
  const statements = kept.map(({ statement }) => statement)
  const train = { seed, settings }
  const unseenShare = crossValidated(kept, measured, statistics, train)
  const state = trainSteering(statements, measured, statistics, train)
  const found = { workload, trials: kept, times: measured, state, buildCpuMs: cpu() - startedAt }
  return concluded(found, unseenShare, refusals, readKnob(knobs.LEAST_GAIN, settings))
}

const LEAST_TRIALS = 8
const SERVED = 'it is counted through groups where that is quicker, from the first time it is asked'

/**
 * CPU that may go into seeking arms: a share of what is asked until the horizon, which is all that
 * may be hoped for. The reason where that is too little to try them on half of the statements.
 */
function effortOf(
  { fromMs, toMs }: Workload,
  trials: readonly TrialStatement[],
  { horizonDays = Infinity }: AdviseOptions,
  settings: KnobSettings,
): { readonly budgetMs: number; readonly reason?: string } {
  if (trials.length < LEAST_TRIALS) {
    const reason = `${trials.length} statements with joins are too few to learn from`
    return { budgetMs: 0, reason }
  }
  const once = trials.reduce((sum, { cpuMs }) => sum + cpuMs, 0)
  const all = trials.reduce((sum, { count, cpuMs }) => sum + count * cpuMs, 0)
  const days = Math.max(1, (toMs - fromMs) / DAY_MS)
  const hoped = readKnob(knobs.HOPED_SHARE, settings) * (all / days) * horizonDays
  const needed = (FULL_TIMES / 2) * once
  const budgetMs = Math.min(
    readKnob(knobs.MEASURE_BUDGET_MS, settings),
    readKnob(knobs.MEASURE_TIMES, settings) * all,
    hoped,
  )
  if (hoped >= needed) return { budgetMs }
  const reason = `trying other settings on them takes about ${ms(needed)}; of the ${ms((all / days) * horizonDays)} asked until they must have paid, ${ms(hoped)} may be saved`
  return { budgetMs, reason }
}

const signalOf = ({ signal }: AdviseOptions) => (signal === undefined ? {} : { signal })

type Measured = ArmTimes & { readonly kept: readonly number[] }

/** Half of the budget seeks arms on a sample, the other measures them on as many statements as it lasts for. */
async function measureTrials(
  db: Database,
  trials: readonly TrialStatement[],
  statistics: TableStatistics,
  given: {
    readonly cpu: CpuClock
    readonly settings: KnobSettings
    readonly budgetMs: number
    readonly signal?: AbortSignal
  },
): Promise<Measured | undefined> {
  const { cpu, settings, budgetMs } = given
  const measure: MeasureOptions = {
    repeats: REPEATS,
    limitTimes: readKnob(knobs.LIMIT_TIMES, settings),
    slackMs: readKnob(knobs.LIMIT_SLACK_MS, settings),
    cpu,
    ...(given.signal === undefined ? {} : { signal: given.signal }),
  }
  const leastGain = readKnob(knobs.LEAST_GAIN, settings)
  const statements = trials.map(({ statement, cpuMs }) => ({
    ...measurable(statement, statistics),
    cpuMs,
  }))
  const screen = { ...measure, ...SCREENING, leastGain, budgetMs: budgetMs / 10 }
  const { arms } = await screenArms(db, statements, screen)
  if (arms.length === 0) return undefined
  const order = inTurn(trials)
  const inOrder = order.map((i) => statements[i]!)
  const times = await measureArms(db, inOrder, arms, {
    ...measure,
    budgetMs: budgetMs / 2,
  })
  const places = chooseArms(times, leastGain / 2, MOST_ARMS)
  if (places.length === 0) return undefined
  return { ...keepArms(times, places), kept: times.kept.map((k) => order[k]!) }
}

/** The dear ones and the others in turn, so that a budget that ends early has seen both. */
function inTurn(trials: readonly TrialStatement[]): readonly number[] {
  const load = ({ count, cpuMs }: TrialStatement) => count * cpuMs
  const sorted = trials.map((_, i) => i).sort((a, b) => load(trials[b]!) - load(trials[a]!))
  const half = Math.ceil(sorted.length / 2)
  return sorted.slice(0, half).flatMap((i, k) => {
    const other = sorted[sorted.length - 1 - k]
    return other === undefined || other === i ? [i] : [i, other]
  })
}

/**
 * The share of the default's CPU that is left on templates the model has not seen: it is trained on
 * one half of the templates and chooses for the other, both ways round.
 */
function crossValidated(
  trials: readonly TrialStatement[],
  times: ArmTimes,
  statistics: TableStatistics,
  train: { readonly seed: number; readonly settings: KnobSettings },
): number {
  const names = [...new Set(trials.map(({ load }) => load.template.fingerprint))]
  const half = new Set(names.filter((_, i) => i % 2 === 0))
  const rows = trials.map((_, i) => i)
  let normal = 0
  let chosen = 0
  for (const side of [true, false]) {
    const inHalf = (i: number) => half.has(trials[i]!.load.template.fingerprint)
    const seen = rows.filter((i) => inHalf(i) === side)
    const unseen = rows.filter((i) => inHalf(i) !== side)
    if (seen.length < LEAST_TRIALS / 2 || unseen.length === 0) continue
    const statements = seen.map((i) => trials[i]!.statement)
    const state = trainSteering(statements, keepStatements(times, seen), statistics, train)
    const steerer = createSteerer(statistics, { ...state, history: [] }, train)
    for (const i of unseen) {
      const { count, statement } = trials[i]!
      const arm = steerer.choose(statement)?.arm ?? 'default'
      normal += count * timeUnder(times, i, 'default')
      chosen += count * timeUnder(times, i, arm)
    }
  }
  return normal === 0 ? 1 : chosen / normal
}

/** What a statement takes under an arm; interrupted, it runs again by default. */
function timeUnder({ cpuMs, interrupted, arms }: ArmTimes, row: number, arm: string): number {
  const at = row * arms.length
  const place = arms.findIndex(({ name }) => name === arm)
  return cpuMs[at + place]! + (interrupted[at + place] === 1 ? cpuMs[at]! : 0)
}

interface Found {
  readonly workload: Workload
  readonly trials: readonly TrialStatement[]
  readonly times: ArmTimes
  readonly state: SteeringState
  readonly buildCpuMs: number
}

function concluded(
  found: Found,
  unseenShare: number,
  refusals: readonly Refusal[],
  leastGain: number,
): Advice {
  const { trials, times } = found
  if (unseenShare > 1 - leastGain) {
    const percent = Math.round(100 * (1 - unseenShare))
    const reason = `arms chosen for templates that were held back save ${percent} % of their CPU: too little`
    return { actions: [], refusals: [...refusals, ...refuseAll(trials, reason)] }
  }
  const chosen = bestArms(trials, times)
  const gains = chosen.filter(({ arm }) => arm !== 'default')
  const rest = chosen.filter(({ arm }) => arm === 'default')
  return {
    actions: [actionOf(found, unseenShare, gains)],
    refusals: [
      ...refusals,
      ...rest.map((c) =>
        refusal(c.fingerprint, 'no arm that was tried is faster than the default'),
      ),
    ],
  }
}

interface TemplateArm {
  readonly fingerprint: string
  readonly sql: string
  readonly arm: string
  readonly defaultMs: number
  readonly armMs: number
}

/** For each template the arm of the least measured time over its statements. */
function bestArms(trials: readonly TrialStatement[], times: ArmTimes): readonly TemplateArm[] {
  const byTemplate = new Map<string, number[]>()
  trials.forEach(({ load }, i) => {
    const rows = byTemplate.get(load.template.fingerprint) ?? []
    byTemplate.set(load.template.fingerprint, [...rows, i])
  })
  return [...byTemplate].map(([fingerprint, rows]) => {
    const total = (arm: string) =>
      rows.reduce((sum, i) => sum + trials[i]!.count * timeUnder(times, i, arm), 0)
    const totals = times.arms.map(({ name }) => total(name))
    const least = totals.indexOf(Math.min(...totals))
    const { sql } = trials[rows[0]!]!.load.template
    const arm = times.arms[least]!.name
    return { fingerprint, sql, arm, defaultMs: totals[0]!, armMs: totals[least]! }
  })
}

function actionOf(found: Found, unseenShare: number, gains: readonly TemplateArm[]): Action {
  const { workload, trials, times, state, buildCpuMs } = found
  const days = Math.max(1, (workload.toMs - workload.fromMs) / DAY_MS)
  const normal = trials.reduce(
    (sum, { count }, i) => sum + count * timeUnder(times, i, 'default'),
    0,
  )
  const gainOf = (savedCpuMs: number): Gain => ({
    savedCpuMsPerDay: savedCpuMs / days,
    upkeepCpuMsPerDay: 0,
    buildCpuMs,
    storageBytes: 0,
  })
  const dearest = gains.toSorted((a, b) => b.defaultMs - b.armMs - (a.defaultMs - a.armMs))
  return {
    actionId: STEERING_ACTION,
    kind: 'plan',
    target: 'statements that join tables',
    summary: `plans ${gains.length} templates and those like them under ${times.arms.length - 1} other settings of the optimizer, with time-outs`,
    reasons: [
      `chosen for templates that were held back, arms leave ${Math.round(100 * unseenShare)} % of the default's CPU`,
      ...dearest
        .slice(0, 10)
        .map(
          (g) =>
            `${shorten(g.sql)}: ${ms(g.defaultMs)} by default, ${ms(g.armMs)} with ${shorten(g.arm)}`,
        ),
    ],
    fingerprints: gains.map(({ fingerprint }) => fingerprint),
    predicted: gainOf((1 - unseenShare) * normal),
    measured: gainOf(gains.reduce((sum, g) => sum + g.defaultMs - g.armMs, 0)),
    apply: [],
    undo: [],
    definition: JSON.stringify(state),
  }
}

function ms(value: number): string {
  return `${value < 100 ? value.toPrecision(3) : Math.round(value)} CPU ms`
}

function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text
}

function refusal(target: string, reason: string): Refusal {
  return { kind: 'plan', target, reason }
}

function refuseAll(trials: readonly TrialStatement[], reason: string): readonly Refusal[] {
  const targets = new Set(trials.map(({ load }) => load.template.fingerprint))
  return [...targets].map((target) => refusal(target, reason))
}
