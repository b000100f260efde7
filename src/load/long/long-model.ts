import { requireArgument } from '../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { LeftOut, LoadContext, LoadHistory } from '../types.ts'
import { type BucketValues, logScale, splitBuckets } from './bucket-values.ts'
import { buildRows, type Layout, layoutOf } from './columns.ts'
import { type EventDays, eventDays, kindColumns } from './event-columns.ts'
import type { Belief, Dynamics } from './filter.ts'
import { type LevelProblem, runFilter, searchDynamics } from './fit-level.ts'
import { findGlitches } from './glitches.ts'
import { type Grid, gridOf, type Placed, placeSteps } from './grid.ts'
import { calmBuckets, searchSpreads, unsettledBuckets } from './kind-spreads.ts'
import { LONG_KNOBS } from './knobs.ts'
import { findLevelBreaks, type LevelBreak } from './level-breaks.ts'
import { isOrigin, learnedSpread, type OriginScore, scoreOrigin } from './past-origins.ts'
import { type DayShape, fitShape } from './shape.ts'

/** Everything learned from one history. */
export interface LongModel {
  readonly grid: Grid
  readonly days: BucketValues
  readonly layout: Layout
  readonly dynamics: Dynamics
  readonly events: readonly EventDays[]
  readonly breaks: readonly LevelBreak[]
  /** After the last bucket. */
  readonly belief: Belief
  /** Prior spread of each kind's profile, as searched. */
  readonly kindSpreads: readonly number[]
  /** Factor on the standard deviation of the level, learned from past origins. */
  readonly spread: number
  readonly shape: DayShape
  readonly leftOut: readonly LeftOut[]
}

/** Numbers of waves a year that are tried; the likelihood chooses. */
const WAVES = [3, 4, 6]
/** Variance with which a break sets the log level free. */
const BREAK_SHOCK = 0.2 ** 2
/** The same at the start and end of a long event, whose own mean is a parameter. */
const LONG_EVENT_SHOCK = 0.05 ** 2

/**
 * Fits level and shape of one history; with `known` dynamics nothing is searched for them. Hours that are left out by hand, then glitches, are blank; dynamics are
 * searched on days outside events; breaks are found on what this leaves, and the level is read once
 * more with them. Throws ERR_ARGUMENT where no day is half known.
 */
export function fitLong(
  history: LoadHistory,
  context: LoadContext,
  settings: KnobSettings,
  known?: { readonly dynamics: Dynamics },
): LongModel {
  const grid = gridOf(history.axis, context.zone)
  const { days, leftOut } = readDays(history, grid, context, settings)
  const events = eventDays(context.events, history.group, grid)
  const level = fitLevel(days, grid, events, settings, known?.dynamics)
  const halfLifeDays = 365 * readKnob(LONG_KNOBS.shapeHalfLife, settings)
  const calm = calmBuckets(level.layout, grid, events, days.count)
  const shape = fitShape(days, grid, halfLifeDays, (b) => calm[b] === 1)
  return { grid, days, events, shape, leftOut, ...level }
}

type LevelFit = Pick<
  LongModel,
  'layout' | 'dynamics' | 'breaks' | 'belief' | 'kindSpreads' | 'spread'
>

function fitLevel(
  days: BucketValues,
  grid: Grid,
  events: readonly EventDays[],
  settings: KnobSettings,
  known: Dynamics | undefined,
): LevelFit {
  const end = grid.firstDay + days.count * grid.bucketDays
  const layoutWith = (waves: number) =>
    layoutOf(waves, grid.bucketDays, (at) => kindColumns(events, grid.firstDay, end, at))
  const bareWith = (waves: number) => bareProblem(days, grid, events, layoutWith(waves), settings)
  const candidates = wavesOf(grid, settings)
  const first = known ?? searchDynamics(bareWith(candidates[0]!), 1)
  const losses = candidates.map((waves) => runFilter(bareWith(waves), first).loss)
  const waves = candidates[losses.indexOf(Math.min(...losses))]!
  const layout = layoutWith(waves)
  const bare = bareWith(waves)
  const breaks = breaksOf(bare, first, readKnob(LONG_KNOBS.breakSensitivity, settings))
  const found = breaks.map(({ bucket }) => bucket)
  const shocks = withBreaks(bare.shocks, found)
  const dynamics = known ?? searchDynamics({ ...bare, shocks })
  const own = { ...bare, level: days.level, shocks }
  const common = readKnob(LONG_KNOBS.eventSpread, settings)
  const kindSpreads = searchSpreads(own, layout, grid, events, dynamics, common)
  const final: LevelProblem = {
    ...own,
    layout,
    rows: buildRows(layout, grid, events, 0, days.count),
    priors: { ...bare.priors, kindSpreads },
    unsettled: unsettledBuckets(layout, grid, events, kindSpreads),
  }
  const read = readLevel(final, dynamics, readKnob(LONG_KNOBS.growthHalfLife, settings))
  return { layout, dynamics, breaks, kindSpreads, ...read }
}

/** Numbers of waves a year to choose from: up to what the knob says and steps can show. */
function wavesOf({ bucketDays }: Grid, settings: KnobSettings): number[] {
  const finest = Math.max(1, Math.floor(180 / bucketDays))
  const most = Math.min(Math.round(readKnob(LONG_KNOBS.harmonics, settings)), finest)
  return [...WAVES.filter((waves) => waves < most), most]
}

/** The level outside events, for which no event needs parameters. */
function bareProblem(
  days: BucketValues,
  grid: Grid,
  events: readonly EventDays[],
  layout: Layout,
  settings: KnobSettings,
): LevelProblem {
  const plain = layoutOf(layout.harmonics, grid.bucketDays, () => [])
  const calm = calmBuckets(layout, grid, events, days.count)
  return {
    bucketDays: grid.bucketDays,
    priors: {
      growthSpread: readKnob(LONG_KNOBS.growthSpread, settings),
      levelDrift: readKnob(LONG_KNOBS.levelDrift, settings),
      kindSpreads: [],
    },
    layout: plain,
    rows: buildRows(plain, grid, [], 0, days.count),
    level: days.level.map((v, b) => (calm[b] === 1 ? v : Number.NaN)),
    shocks: declaredShocks(layout, grid, events),
  }
}

/** Reads all buckets, and judges forecasts from past origins on the way. */
function readLevel(
  problem: LevelProblem,
  dynamics: Dynamics,
  growthHalfLife: number,
): Pick<LongModel, 'belief' | 'spread'> {
  const scores: OriginScore[] = []
  const { belief } = runFilter(problem, dynamics, (bucket, at) => {
    if (!isOrigin(bucket, problem.bucketDays)) return
    const score = scoreOrigin(problem, dynamics, bucket, at, growthHalfLife)
    if (score !== undefined) scores.push(score)
  })
  return { belief, spread: learnedSpread(scores, problem.level.length * problem.bucketDays) }
}

function breaksOf(bare: LevelProblem, dynamics: Dynamics, sensitivity: number): LevelBreak[] {
  return findLevelBreaks({
    level: bare.level,
    rows: bare.rows,
    bucketDays: bare.bucketDays,
    sensitivity,
    fixedWith(breaks) {
      return runFilter({ ...bare, shocks: withBreaks(bare.shocks, breaks) }, dynamics).belief.mean
    },
  })
}

function withBreaks(
  shocks: ReadonlyMap<number, number>,
  breaks: readonly number[],
): Map<number, number> {
  const all = new Map(shocks)
  for (const bucket of breaks) all.set(bucket, BREAK_SHOCK)
  return all
}

function declaredShocks(
  layout: Layout,
  grid: Grid,
  events: readonly EventDays[],
): Map<number, number> {
  const shocks = new Map<number, number>()
  const at = (day: number) => Math.floor((day - grid.firstDay) / grid.bucketDays)
  for (const { event, firstDay, lastDay } of events) {
    if (event.kind === 'level-break') shocks.set(at(firstDay), BREAK_SHOCK)
    if (!layout.kinds.some(({ kind, long }) => long && kind === event.kind)) continue
    shocks.set(at(firstDay), LONG_EVENT_SHOCK)
    shocks.set(at(lastDay + 1), LONG_EVENT_SHOCK)
  }
  return shocks
}

/** The days of a history without what is left out by hand or as a glitch. */
export function readDays(
  history: LoadHistory,
  grid: Grid,
  context: LoadContext,
  settings: KnobSettings,
): { readonly days: BucketValues; readonly leftOut: readonly LeftOut[] } {
  const placed = placeSteps(grid, history.axis.startMs, history.axis.count)
  const { values, leftOut } = withoutLeftOut(history, placed, grid, context, settings)
  const days = splitBuckets(values, placed, grid, logScale(values))
  requireArgument(
    days.level.some((v) => !Number.isNaN(v)),
    'the history holds no day of which half is known',
  )
  return { days, leftOut }
}

function withoutLeftOut(
  { axis, values }: LoadHistory,
  placed: Placed,
  grid: Grid,
  context: LoadContext,
  settings: KnobSettings,
): { readonly values: Float64Array; readonly leftOut: readonly LeftOut[] } {
  const kept = values.slice()
  const byHand = context.leftOut ?? []
  for (const { startMs, endMs } of byHand) {
    const from = Math.max(0, Math.floor((startMs - axis.startMs) / axis.stepMs))
    const to = Math.min(axis.count, Math.ceil((endMs - axis.startMs) / axis.stepMs))
    kept.fill(Number.NaN, from, Math.max(from, to))
  }
  const days = splitBuckets(kept, placed, grid, logScale(kept))
  const cells = new Map<number, LeftOut>()
  const glitches = findGlitches(days, readKnob(LONG_KNOBS.glitchSensitivity, settings))
  const marks = new Map(glitches.map((g) => [g.bucket * grid.slots + g.slot, g]))
  kept.forEach((value, t) => {
    const glitch = marks.get(placed.bucket[t]! * grid.slots + placed.slot[t]!)
    if (glitch === undefined || Number.isNaN(value)) return
    kept[t] = Number.NaN
    const startMs = axis.startMs + t * axis.stepMs
    const reason = `${Math.round(100 * glitch.ratio)} % of what the hours and days around it say`
    cells.set(t, { startMs, endMs: startMs + axis.stepMs, reason, score: glitch.score })
  })
  return { values: kept, leftOut: [...byHand, ...cells.values()] }
}
