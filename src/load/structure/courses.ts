import { selectRanks } from '../../core/order-statistics.ts'
import { createRandom } from '../../core/random/random.ts'
import { deviationFactor } from './deviation.ts'
import type { StructureModel } from './fit.ts'
import { knotsOf } from './knots.ts'
import { KNOT_MINUTES, type NoiseTables, noiseTables } from './noise.ts'
import type { Outlook } from './outlook.ts'
import { profileAt } from './profiles.ts'

/** Possible courses of a range. */
export interface Courses {
  readonly count: number
  /** Writes course `index` into `into` [count of the range]. */
  course(index: number, into: Float64Array): Float64Array
  /** [count of the range] quantile of each step over all courses. */
  quantile(level: number): Float64Array
}

/** What is drawn once for a course. */
interface Draw {
  /** [days] log level less the expected one. */
  readonly level: Float64Array
  /** [spans] strengths less the expected ones. */
  readonly strength: Float64Array
  /** Where it reads the tables of noise. */
  readonly slowAt: number
  readonly eventAt: number
  readonly stepAt: number
}

/** What all courses share, at the knots. */
interface Grid {
  readonly model: StructureModel
  readonly outlook: Outlook
  readonly tables: NoiseTables
  readonly knots: Int32Array
  /** [knots] place in the tables of slow noise. */
  readonly place: Float64Array
  /** [knots] day of the range. */
  readonly day: Int32Array
  /** [spans] first knot within the span, and the profile at each knot from there. */
  readonly spans: readonly { readonly first: number; readonly profile: Float64Array }[]
}

/**
 * Courses: the level walks from day to day, may break and has a deviation of its own each day; strengths of
 * events are drawn together; slow noise and noise within events last for hours; steps have noise each. Every
 * second course mirrors the one before it, so that they centre where the forecast does.
 */
export function coursesOf(model: StructureModel, outlook: Outlook, count: number): Courses {
  const grid = gridOf(model, outlook)
  const expected = expectedLoad(outlook)
  const draws: Draw[] = []
  for (let i = 0; i < count; i++) draws.push(drawOf(model, outlook, i))
  const factors = new Float64Array(grid.knots.length)
  return {
    count,
    course(index, into) {
      const draw = draws[index]!
      knotFactors(grid, draw, 0, factors)
      return along(grid, draw, expected, factors, into)
    },
    quantile: (level) => quantileOf(grid, draws, expected, level),
  }
}

/** [count] expected course in load, offset included. */
export function expectedLoad(outlook: Outlook): Float64Array {
  const { clock, firstDay, level, weekly, daily, interaction, effect, declared, driven } = outlook
  return effect.map((e, t) => {
    let log = level[clock.day[t]! - firstDay]! + weekly[t]! + daily[t]! + interaction[t]! + e
    log += declared[t]!
    for (const driver of driven) log += driver.log[t]!
    return Math.exp(log)
  })
}

function gridOf(model: StructureModel, outlook: Outlook): Grid {
  const { stepMs } = outlook.axis
  const minutes = Math.max(KNOT_MINUTES, stepMs / 60_000)
  const knots = knotsOf(outlook)
  const spans = outlook.spans.map((span) => {
    const profile = model.events.profiles[span.kind]!
    let first = 0
    while (first < knots.length && knots[first]! < span.from) first++
    let end = first
    while (end < knots.length && knots[end]! < span.to) end++
    const own = Float64Array.from(knots.subarray(first, end), (t) =>
      profileAt(profile, span.bins[t - span.from]!),
    )
    return { first, profile: own }
  })
  return {
    model,
    outlook,
    tables: noiseTables(model.noise, minutes, model.context.seed),
    knots,
    place: Float64Array.from(knots, (t) => (t * stepMs) / 60_000 / minutes),
    day: Int32Array.from(knots, (t) => outlook.clock.day[t]! - outlook.firstDay),
    spans,
  }
}

function drawOf(model: StructureModel, outlook: Outlook, index: number): Draw {
  // A pair shares its numbers, one with the other sign.
  const sign = index % 2 === 0 ? 1 : -1
  const random = createRandom(model.context.seed)
    .split('course')
    .split(index >> 1)
  const ofLevel = random.split('level')
  const level = new Float64Array(outlook.days)
  const { walk, transient, breakChance, breakVariance } = model.level
  const jump = Math.sqrt(breakVariance)
  let walked = 0
  let at = 0
  for (let j = 0; j < outlook.days; j++) {
    for (; at < outlook.horizon[j]!; at++) {
      walked += Math.sqrt(walk) * ofLevel.normal()
      if (ofLevel.next() < breakChance) walked += jump * ofLevel.normal()
    }
    level[j] = sign * (walked + Math.sqrt(transient) * ofLevel.normal())
  }
  const ofEvents = random.split('events')
  const m = outlook.spans.length
  const normals = Float64Array.from({ length: m }, () => sign * ofEvents.normal())
  const strength = Float64Array.from({ length: m }, (_, i) => {
    let sum = 0
    for (let k = 0; k <= i; k++) sum += outlook.strengthFactor[i * m + k]! * normals[k]!
    return sum
  })
  const places = createRandom(model.context.seed).split('place').split(index)
  const place = () => places.int(2 ** 20)
  return { level, strength, slowAt: place(), eventAt: place(), stepAt: place() }
}

/** Writes the factors of load at knots [from, from + into.length) of a course. */
function knotFactors(grid: Grid, draw: Draw, from: number, into: Float64Array): void {
  const { place, day, tables, outlook, knots } = grid
  const { slow, event } = grid.model.noise
  into.fill(0)
  grid.spans.forEach(({ first, profile }, e) => {
    const change = draw.strength[e]!
    const end = Math.min(first + profile.length, from + into.length)
    for (let k = Math.max(first, from); k < end; k++) {
      into[k - from] = into[k - from]! + change * profile[k - first]!
    }
  })
  const mask = tables.slow.length - 1
  for (let i = 0; i < into.length; i++) {
    const k = from + i
    const low = Math.floor(place[k]!)
    const share = place[k]! - low
    const a = (draw.slowAt + low) & mask
    const ofSlow = tables.slow[a]! + share * (tables.slow[(a + 1) & mask]! - tables.slow[a]!)
    let log = into[i]! + draw.level[day[k]!]! + slow * ofSlow
    const effect = outlook.effect[knots[k]!]!
    if (effect !== 0) {
      const b = (draw.eventAt + low) & mask
      const within = tables.event[b]! + share * (tables.event[(b + 1) & mask]! - tables.event[b]!)
      log += event * within * effect
    }
    into[i] = deviationFactor(log)
  }
}

/** Load along a course: factors straight between knots × what is expected × noise of single steps. */
function along(
  { knots, tables, model }: Grid,
  draw: Draw,
  expected: Float64Array,
  factors: Float64Array,
  into: Float64Array,
): Float64Array {
  const { step } = tables
  const mask = step.length - 1
  const { offset } = model
  for (let k = 0; k < knots.length; k++) {
    const first = knots[k]!
    const end = k + 1 < knots.length ? knots[k + 1]! : first + 1
    let factor = factors[k]!
    const rise = k + 1 < knots.length ? (factors[k + 1]! - factor) / (end - first) : 0
    for (let t = first; t < end; t++) {
      const load = expected[t]! * factor * step[(draw.stepAt + t) & mask]! - offset
      into[t] = load > 0 ? load : 0
      factor += rise
    }
  }
  return into
}

/** Knots whose factors are held at once while quantiles are read. */
const PIECE_KNOTS = 512

/**
 * Quantile over courses of the factor at each knot, noise of single steps included, straight between knots,
 * × what is expected: the spread of a minute is that of its neighbours.
 */
function quantileOf(
  grid: Grid,
  draws: readonly Draw[],
  expected: Float64Array,
  level: number,
): Float64Array {
  const { knots, tables, model } = grid
  const n = draws.length
  const at = level * (n - 1)
  const share = at - Math.floor(at)
  const ranks = Int32Array.of(Math.floor(at), Math.min(n - 1, Math.floor(at) + 1))
  const atKnots = new Float64Array(knots.length)
  const mask = tables.step.length - 1
  const piece = new Float64Array(Math.min(PIECE_KNOTS, knots.length))
  const values = new Float64Array(piece.length * n)
  for (let from = 0; from < knots.length; from += piece.length) {
    const size = Math.min(piece.length, knots.length - from)
    draws.forEach((draw, i) => {
      knotFactors(grid, draw, from, piece.subarray(0, size))
      for (let k = 0; k < size; k++) {
        values[k * n + i] = piece[k]! * tables.step[(draw.stepAt + knots[from + k]!) & mask]!
      }
    })
    for (let k = 0; k < size; k++) {
      const own = values.subarray(k * n, k * n + n)
      selectRanks(own, ranks)
      atKnots[from + k] = own[ranks[0]!]! + share * (own[ranks[1]!]! - own[ranks[0]!]!)
    }
  }
  return between(knots, atKnots, expected).map((load) => Math.max(0, load - model.offset))
}

/** Values at knots drawn straight between them, times `expected`. */
function between(knots: Int32Array, values: Float64Array, expected: Float64Array): Float64Array {
  const full = expected.slice()
  for (let k = 0; k < knots.length; k++) {
    const first = knots[k]!
    const end = k + 1 < knots.length ? knots[k + 1]! : first + 1
    const rise = k + 1 < knots.length ? (values[k + 1]! - values[k]!) / (end - first) : 0
    for (let t = first; t < end; t++) full[t] = full[t]! * (values[k]! + rise * (t - first))
  }
  return full
}
