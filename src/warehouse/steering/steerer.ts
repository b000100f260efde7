import { normalQuantile } from '../../core/distributions/normal.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { createRandom, type Random } from '../../core/random/random.ts'
import type { Database } from '../../core/sql/database.ts'
import type { Action, KnownStatement, Steerer } from '../types.ts'
import { type Arm, DEFAULT_ARM, resetStatements, setStatements } from './arms.ts'
import { type Beliefs, beliefs } from './beliefs.ts'
import { type BoundShape, bindShape } from './bind.ts'
import { loadCostModel } from './cost-model.ts'
import { SIZE_FEATURES, statementFeatures } from './features.ts'
import { throughGroups } from './groups/many.ts'
import { type Parts, withConstants } from './groups/render.ts'
import { addRun, createHistory, type TemplateSeen } from './history.ts'
import * as knobs from './knobs.ts'
import { readShape } from './shape.ts'
import { STEERING_ACTION, type SteeringState } from './state.ts'
import { sampleTables, type TableStatistics } from './statistics.ts'
import { whyNotSteered } from './steerable.ts'

export interface SteererOptions {
  readonly seed: number
  readonly settings?: KnobSettings
}

/** What became of steering so far. */
export interface SteeringReport {
  readonly asked: number
  readonly steered: number
  readonly regressions: number
  readonly interrupted: number
  /** Arms stopped for all templates, with the number of templates that had to leave them. */
  readonly stopped: readonly string[]
}

/** A steerer with what people and the nightly run need of it. */
export interface PlanSteerer extends Steerer {
  /** Turns steering of a template off or on again. */
  turn(fingerprint: string, to: 'off' | 'on'): void
  report(): SteeringReport
  save(): SteeringState
}

const TEMPLATES_KEPT = 4096
const TEMPLATES_SAVED = 500
/** An arm that so many templates had to leave is stopped for all. */
const STOPPED_AFTER = 3
/** Regressions are counted over about so many steered runs. */
const WINDOW_RUNS = 400
/** How much oftener the default is tried where it was never seen. */
const UNSEEN_TIMES = 5

/**
 * Makes a steerer of a saved state: samples the tables anew (the same rows for the same data and
 * seed) and goes on from what was learned. Throws ERR_SQL where tables cannot be read.
 */
export async function openSteerer(
  db: Database,
  state: SteeringState,
  options: SteererOptions,
): Promise<PlanSteerer> {
  const rows = readKnob(knobs.SAMPLE_ROWS, options.settings)
  const tables = await sampleTables(db, state.tables, { rows, seed: state.seed })
  return createSteerer({ tables, joined: new Map(state.joined) }, state, options)
}

/** The steerer of the actions that stand; undefined where steering is none of them. Throws ERR_SQL. */
export async function steererOf(
  db: Database,
  actions: readonly Pick<Action, 'actionId' | 'definition'>[],
  options: SteererOptions,
): Promise<PlanSteerer | undefined> {
  const action = actions.find(({ actionId }) => actionId === STEERING_ACTION)
  if (action === undefined) return undefined
  return openSteerer(db, JSON.parse(action.definition) as SteeringState, options)
}

/** Makes a steerer over statistics that are there already. */
export function createSteerer(
  statistics: TableStatistics,
  state: SteeringState,
  options: SteererOptions,
): PlanSteerer {
  return new LearnedSteerer(statistics, state, options)
}

interface KnownTemplate {
  readonly bound: BoundShape
  readonly refused: string | undefined
  readonly byKey: Parts | undefined
}

interface Looked {
  readonly seen: TemplateSeen
  readonly bucket: string
  readonly beliefs: Beliefs
  readonly byKey: Parts | undefined
}

class LearnedSteerer implements PlanSteerer {
  private readonly templates = new Map<string, KnownTemplate>()
  private readonly model
  private readonly history
  private readonly random: Random
  private readonly off: Set<string>
  private readonly stopped: Set<string>
  private readonly left = new Map<string, Set<string>>()
  private readonly constructs: ReadonlySet<string>
  private readonly arms: readonly Arm[]
  private readonly names: readonly string[]
  private readonly hasGroups: boolean
  private readonly limits
  private standing = DEFAULT_ARM.name
  private last: { readonly statement: KnownStatement; readonly looked: Looked } | undefined
  private counts = { asked: 0, steered: 0, regressions: 0, interrupted: 0 }
  private recentRegressions = 0
  private recentRuns = 0

  private readonly statistics: TableStatistics
  private readonly state: SteeringState

  constructor(statistics: TableStatistics, state: SteeringState, options: SteererOptions) {
    this.statistics = statistics
    this.state = state
    this.arms = state.arms
    this.names = state.arms.map(({ name }) => name)
    this.hasGroups = state.arms.some(({ byKey }) => byKey === true)
    this.model = loadCostModel(state.model)
    // The trees lay themselves out when they are first asked: not at the first statement.
    this.model.predict(new Float64Array(state.model.features.length))
    this.history = createHistory(TEMPLATES_KEPT, state.history)
    this.random = createRandom(`steering ${options.seed}`)
    this.off = new Set(state.off)
    this.stopped = new Set(state.stopped)
    this.constructs = new Set(state.constructs)
    this.limits = readLimits(options.settings)
  }

  choose(statement: KnownStatement): ReturnType<Steerer['choose']> {
    this.counts.asked++
    const looked = this.look(statement)
    if (looked === undefined) {
      this.standing = DEFAULT_ARM.name
      return undefined
    }
    this.last = { statement, looked }
    const { seen, beliefs } = looked
    seen.asked++
    const chosen = this.pick(looked)
    this.standing = this.names[chosen]!
    if (chosen === 0) return undefined
    const { limitTimes, limitSlackMs } = this.limits
    const high = Math.exp(beliefs.mean[0]! + beliefs.spread[0]!)
    const arm = this.arms[chosen]!
    return {
      arm: arm.name,
      set: setStatements(arm),
      reset: resetStatements(arm),
      ...(arm.byKey === true ? { sql: withConstants(looked.byKey!, statement) } : {}),
      limitMs: limitTimes * high + limitSlackMs,
    }
  }

  learn(
    statement: KnownStatement,
    run: { readonly arm: string; readonly cpuMs: number; readonly interrupted: boolean },
  ): void {
    const looked = this.last?.statement === statement ? this.last.looked : this.look(statement)
    if (looked === undefined) return
    const { seen, bucket, beliefs } = looked
    if (run.arm !== DEFAULT_ARM.name) {
      this.counts.steered++
      this.recentRuns++
      if (this.isRegression(run, beliefs)) this.retreat(statement.template.fingerprint, seen, run)
      this.fade()
    }
    addRun(seen, bucket, run.arm, run.cpuMs)
  }

  turn(fingerprint: string, to: 'off' | 'on'): void {
    if (to === 'off') this.off.add(fingerprint)
    else this.off.delete(fingerprint)
  }

  report(): SteeringReport {
    return { ...this.counts, stopped: [...this.stopped] }
  }

  save(): SteeringState {
    return {
      ...this.state,
      history: this.history.save(TEMPLATES_SAVED),
      off: [...this.off],
      stopped: [...this.stopped],
    }
  }

  /** What is believed of a statement; undefined where it is not to be steered. */
  private look(statement: KnownStatement): Looked | undefined {
    const { fingerprint, kind } = statement.template
    if (kind !== 'select' || this.off.has(fingerprint)) return undefined
    const template = this.templateOf(statement)
    if (template.refused !== undefined) return undefined
    const values = statementFeatures(
      template.bound,
      statement.constants,
      this.state.tables,
      this.statistics,
    )
    const seen = this.history.of(fingerprint)
    const bucket = bucketOf(values)
    const predicted = this.model.predict(values)
    const { byKey } = template
    const believed = beliefs(this.names, predicted, seen.buckets.get(bucket))
    return { seen, bucket, byKey, beliefs: believed }
  }

  private templateOf(statement: KnownStatement): KnownTemplate {
    const { template } = statement
    const known = this.templates.get(template.fingerprint)
    if (known !== undefined) return known
    const bound = bindShape(readShape(template.sql), this.statistics)
    const untried = bound.shape.constructs.find((c) => !this.constructs.has(c))
    const unknown = bound.relations.every(({ sample }) => sample === undefined)
    const refused =
      whyNotSteered(bound) ??
      (untried === undefined ? undefined : `arms were not tried on ${untried}`) ??
      (unknown ? 'its tables are not known' : undefined)
    const byKey = this.hasGroups ? throughGroups(statement, bound, this.statistics) : undefined
    const made = { bound, refused, byKey }
    if (this.templates.size >= TEMPLATES_KEPT) {
      this.templates.delete(this.templates.keys().next().value!)
    }
    this.templates.set(template.fingerprint, made)
    return made
  }

  /** The arm of the least expected time, drawn from what is believed where the template comes back. */
  private pick({ seen, bucket, byKey, beliefs: { mean, spread } }: Looked): number {
    const { explore, switchMs, verifyShare } = this.limits
    const times = seen.buckets.get(bucket)
    const draws = seen.asked > 1 ? explore : 0
    // Until the default was seen here, all that is known of it is the model's word.
    const verify = times?.has(DEFAULT_ARM.name) ? verifyShare : UNSEEN_TIMES * verifyShare
    if (times !== undefined && draws > 0 && this.random.next() < verify) return 0
    let best = 0
    let least = Infinity
    for (let a = 0; a < this.arms.length; a++) {
      const name = this.names[a]!
      if (this.arms[a]!.byKey === true && byKey === undefined) continue
      const isSeen = times?.has(name) ?? false
      if (a > 0 && !this.mayTake(seen, name, isSeen, a, mean, spread)) continue
      const draw = draws === 0 ? 0 : draws * spread[a]! * this.random.normal()
      const expected = Math.exp(mean[a]! + draw)
      const cost = expected + (name === this.standing ? 0 : switchMs)
      if (cost < least) {
        least = cost
        best = a
      }
    }
    return best
  }

  private mayTake(
    seen: TemplateSeen,
    name: string,
    isSeen: boolean,
    arm: number,
    mean: Float64Array,
    spread: Float64Array,
  ): boolean {
    if (this.stopped.has(name) || seen.left.has(name)) return false
    const { slowerTimes, slowerMs, regressionShare } = this.limits
    if (this.recentRegressions > Math.max(1, regressionShare * this.recentRuns)) {
      if (!isSeen) return false
    }
    const normal = Math.exp(mean[0]!)
    const slower = Math.max(Math.log(slowerTimes), Math.log(1 + slowerMs / normal))
    return (
      (slower - (mean[arm]! - mean[0]!)) / Math.max(spread[arm]!, 1e-9) > this.limits.leastSigmas
    )
  }

  private isRegression(
    { cpuMs, interrupted }: { readonly cpuMs: number; readonly interrupted: boolean },
    { mean, spread }: Beliefs,
  ): boolean {
    if (interrupted) return true
    const { slowerTimes, slowerMs } = this.limits
    const normal = Math.exp(mean[0]! + spread[0]!)
    return cpuMs > slowerTimes * normal && cpuMs > normal + slowerMs
  }

  /** Retreat: the template never gets the arm again; an arm that many have to leave stops for all. */
  private retreat(
    fingerprint: string,
    seen: TemplateSeen,
    { arm, interrupted }: { readonly arm: string; readonly interrupted: boolean },
  ): void {
    this.counts.regressions++
    this.recentRegressions++
    if (interrupted) this.counts.interrupted++
    seen.left.add(arm)
    const leavers = this.left.get(arm) ?? new Set()
    leavers.add(fingerprint)
    this.left.set(arm, leavers)
    if (interrupted && leavers.size >= STOPPED_AFTER) this.stopped.add(arm)
  }

  private fade(): void {
    if (this.recentRuns < WINDOW_RUNS) return
    this.recentRuns /= 2
    this.recentRegressions /= 2
  }
}

function readLimits(settings: KnobSettings | undefined) {
  return {
    limitTimes: readKnob(knobs.LIMIT_TIMES, settings),
    limitSlackMs: readKnob(knobs.LIMIT_SLACK_MS, settings),
    regressionShare: readKnob(knobs.REGRESSION_SHARE, settings),
    leastSigmas: normalQuantile(1 - readKnob(knobs.RISK, settings)),
    slowerTimes: readKnob(knobs.SLOWER_TIMES, settings),
    slowerMs: readKnob(knobs.SLOWER_MS, settings),
    explore: readKnob(knobs.EXPLORE, settings),
    verifyShare: readKnob(knobs.VERIFY_SHARE, settings),
    switchMs: readKnob(knobs.SWITCH_MS, settings),
  }
}

/** Statements of a template whose tables and joins are about as large, to a factor of two. */
export function bucketOf(features: Float64Array): string {
  return SIZE_FEATURES.map((i) => Math.round(features[i]! / Math.LN2)).join(' ')
}
