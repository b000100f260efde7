import { createRandom } from '../../core/random/random.ts'
import { deviationFactor } from './deviation.ts'
import type { StructureModel } from './fit.ts'
import { KNOT_MINUTES, type NoiseTables, noiseTables } from './noise.ts'
import type { Outlook } from './outlook.ts'
import { addEvent } from './profiles.ts'

/** Possible courses of a range, any piece of any of them at once. */
export interface Courses {
  readonly count: number
  /** Writes steps [from, from + into.length) of course `index`. */
  piece(index: number, from: number, into: Float64Array): Float64Array
}

/** What is drawn once for a course. */
interface Draw {
  /** [days] log level less the expected one. */
  readonly level: Float64Array
  /** [spans] strengths. */
  readonly strength: Float64Array
  /** Where it reads the tables of noise. */
  readonly slowAt: number
  readonly eventAt: number
  readonly stepAt: number
}

/**
 * Courses: the level walks from day to day and has a deviation of its own each day, strengths of events are
 * drawn together, slow noise and noise within events last for hours, steps have noise each. Every second
 * course mirrors the one before it, so that they centre where the forecast does.
 */
export function coursesOf(model: StructureModel, outlook: Outlook, count: number): Courses {
  const { stepMs } = outlook.axis
  const knotSteps = Math.max(1, Math.round((KNOT_MINUTES * 60_000) / stepMs))
  const tables = noiseTables(model.noise, (knotSteps * stepMs) / 60_000, model.context.seed)
  const expected = expectedLoad(outlook)
  const draws: Draw[] = []
  for (let i = 0; i < count; i++) draws.push(drawOf(model, outlook, i))
  const piece = (index: number, from: number, into: Float64Array) => {
    const draw = draws[index]!
    deviations(model, outlook, tables, knotSteps, draw, from, into)
    const mask = tables.step.length - 1
    for (let k = 0; k < into.length; k++) {
      const factor = deviationFactor(into[k]!) * tables.step[(draw.stepAt + from + k) & mask]!
      const load = expected[from + k]! * factor - model.offset
      into[k] = load > 0 ? load : 0
    }
    return into
  }
  return { count, piece }
}

/** [count] expected course in load, offset included. */
export function expectedLoad(outlook: Outlook): Float64Array {
  const { clock, firstDay, level, weekly, daily, interaction, effect } = outlook
  return effect.map((e, t) =>
    Math.exp(level[clock.day[t]! - firstDay]! + weekly[t]! + daily[t]! + interaction[t]! + e),
  )
}

function drawOf(model: StructureModel, outlook: Outlook, index: number): Draw {
  // A pair shares its numbers, one with the other sign.
  const sign = index % 2 === 0 ? 1 : -1
  const random = createRandom(model.context.seed)
    .split('course')
    .split(index >> 1)
  const ofLevel = random.split('level')
  const level = new Float64Array(outlook.days)
  const { walk, breakChance, breakVariance } = model.level
  const jump = Math.sqrt(breakVariance)
  let walked = 0
  let at = 0
  for (let j = 0; j < outlook.days; j++) {
    for (; at < outlook.horizon[j]!; at++) {
      walked += Math.sqrt(walk) * ofLevel.normal()
      if (ofLevel.next() < breakChance) walked += jump * ofLevel.normal()
    }
    level[j] = sign * (walked + Math.sqrt(model.level.transient) * ofLevel.normal())
  }
  const ofEvents = random.split('events')
  const m = outlook.spans.length
  const normals = Float64Array.from({ length: m }, () => sign * ofEvents.normal())
  const strength = outlook.strength.map((mean, i) => {
    let sum = mean
    for (let k = 0; k <= i; k++) sum += outlook.strengthFactor[i * m + k]! * normals[k]!
    return sum
  })
  const places = createRandom(model.context.seed).split('place').split(index)
  const place = () => places.int(2 ** 20)
  return { level, strength, slowAt: place(), eventAt: place(), stepAt: place() }
}

/** Writes the log deviations of a course from the expected one for steps [from, from + into.length). */
function deviations(
  model: StructureModel,
  outlook: Outlook,
  tables: NoiseTables,
  knotSteps: number,
  draw: Draw,
  from: number,
  into: Float64Array,
): void {
  into.fill(0)
  outlook.spans.forEach((span, e) => {
    if (span.to <= from || span.from >= from + into.length) return
    const change = draw.strength[e]! - outlook.strength[e]!
    addEvent(into, span, model.events.profiles[span.kind]!, change, from)
  })
  const { slow, event } = model.noise
  const mask = tables.slow.length - 1
  for (let k = 0; k < into.length; k++) {
    const t = from + k
    const knot = Math.floor(t / knotSteps)
    const share = t / knotSteps - knot
    const a = (draw.slowAt + knot) & mask
    const ofSlow = tables.slow[a]! + share * (tables.slow[(a + 1) & mask]! - tables.slow[a]!)
    const effect = outlook.effect[t]!
    let log = into[k]! + draw.level[outlook.clock.day[t]! - outlook.firstDay]! + slow * ofSlow
    if (effect !== 0) {
      const b = (draw.eventAt + knot) & mask
      const within = tables.event[b]! + share * (tables.event[(b + 1) & mask]! - tables.event[b]!)
      log += event * within * effect
    }
    into[k] = log
  }
}
