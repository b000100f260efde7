import { createRandom } from '../../core/random/random.ts'
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
  const ordinary = outlook.daily.map(
    (v, t) =>
      v +
      outlook.weekly[t]! +
      outlook.interaction[t]! +
      outlook.level[outlook.clock.day[t]! - outlook.firstDay]!,
  )
  const draws: Draw[] = []
  for (let i = 0; i < count; i++) draws.push(drawOf(model, outlook, i))
  const piece = (index: number, from: number, into: Float64Array) => {
    const draw = draws[index]!
    addLogs(model, outlook, ordinary, tables, knotSteps, draw, from, into)
    const mask = tables.step.length - 1
    for (let k = 0; k < into.length; k++) {
      const load = Math.exp(into[k]!) * tables.step[(draw.stepAt + from + k) & mask]! - model.offset
      into[k] = load > 0 ? load : 0
    }
    return into
  }
  return { count, piece }
}

function drawOf(model: StructureModel, outlook: Outlook, index: number): Draw {
  // A pair shares its numbers, one with the other sign.
  const sign = index % 2 === 0 ? 1 : -1
  const random = createRandom(model.context.seed)
    .split('course')
    .split(index >> 1)
  const ofLevel = random.split('level')
  const level = new Float64Array(outlook.days)
  let walked = 0
  let at = 0
  for (let j = 0; j < outlook.days; j++) {
    const ahead = outlook.horizon[j]! - at
    walked += Math.sqrt(model.level.walk * ahead) * ofLevel.normal()
    at = outlook.horizon[j]!
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

function addLogs(
  model: StructureModel,
  outlook: Outlook,
  ordinary: Float64Array,
  tables: NoiseTables,
  knotSteps: number,
  draw: Draw,
  from: number,
  into: Float64Array,
): void {
  into.fill(0)
  outlook.spans.forEach((span, e) => {
    if (span.to <= from || span.from >= from + into.length) return
    addEvent(into, span, model.events.profiles[span.kind]!, draw.strength[e]!, from)
  })
  const { slow, event } = model.noise
  const mask = tables.slow.length - 1
  for (let k = 0; k < into.length; k++) {
    const t = from + k
    const knot = Math.floor(t / knotSteps)
    const share = t / knotSteps - knot
    const a = (draw.slowAt + knot) & mask
    const b = (draw.eventAt + knot) & mask
    const ofSlow = tables.slow[a]! + share * (tables.slow[(a + 1) & mask]! - tables.slow[a]!)
    let log = ordinary[t]! + draw.level[outlook.clock.day[t]! - outlook.firstDay]! + slow * ofSlow
    if (into[k] !== 0) {
      const within = tables.event[b]! + share * (tables.event[(b + 1) & mask]! - tables.event[b]!)
      log += into[k]! + event * within * into[k]!
    }
    into[k] = log
  }
}
