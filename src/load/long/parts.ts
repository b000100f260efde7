import type { LoadPart } from '../types.ts'
import { STATE } from './columns.ts'
import { eventWeights, reachOf } from './event-columns.ts'
import { addEventShape } from './event-shape.ts'
import type { Laid } from './fitted.ts'

interface LogPart {
  readonly name: string
  readonly kind: LoadPart['kind']
  /** Log contribution of step t. */
  readonly at: (t: number) => number
}

/**
 * Contributions in load: the parts multiply, so each counts what it adds to the product of those
 * before it (level, trend, passing swings, year, week, day, events); they sum to the mean. What the
 * spread adds to the mean over the median stands with the trend.
 */
export function partsOf(laid: Laid, mean: Float64Array): LoadPart[] {
  const logs = logParts(laid)
  const values = logs.map(() => new Float64Array(mean.length))
  const { offset } = laid.fitted.model.days
  for (let t = 0; t < mean.length; t++) {
    let log = 0
    let before = offset
    logs.forEach((part, p) => {
      log += part.at(t)
      const now = Math.exp(log)
      values[p]![t] = now - before
      before = now
    })
    // Where the mean is cut at zero, the level takes the difference.
    values[0]![t]! += mean[t]! - (before - offset)
  }
  return logs
    .map(({ name, kind }, p) => ({ name, kind, values: values[p]! }))
    .filter(({ values }, p) => p === 0 || values.some((v) => v !== 0))
}

function logParts(laid: Laid): LogPart[] {
  const { course, at, slot, logSpread, fitted } = laid
  const { layout, belief, grid } = fitted.model
  const start = belief.mean[STATE.level]!
  const year = rangeSums(laid, layout.year)
  const week = rangeSums(laid, [layout.week[0], layout.weekYear[1]])
  const events = eventParts(laid)
  const daily = laid.shape.slice()
  for (const { shape } of events) for (let k = 0; k < daily.length; k++) daily[k]! -= shape[k]!
  const cell = (t: number) => at[t]! * grid.slots + slot[t]!
  return [
    { name: 'level', kind: 'level', at: () => start },
    {
      name: 'trend',
      kind: 'trend',
      at: (t) => course.level[at[t]!]! - start + 0.5 * logSpread[t]! ** 2,
    },
    { name: 'passing swings', kind: 'recent', at: (t) => course.passing[at[t]!]! },
    { name: 'yearly season', kind: 'season', at: (t) => year[at[t]!]! },
    { name: 'weekly season', kind: 'season', at: (t) => week[at[t]!]! },
    { name: 'daily season', kind: 'season', at: (t) => daily[cell(t)]! },
    ...events.map(({ name, level, shape }): LogPart => {
      return { name, kind: 'event', at: (t) => level[at[t]!]! + shape[cell(t)]! }
    }),
  ]
}

/** [course.count] sum of the parameters in a range of places. */
function rangeSums({ course, fitted }: Laid, [from, to]: readonly [number, number]): Float64Array {
  const { mean } = fitted.model.belief
  const { offsets, columns, weights } = course.rows
  return Float64Array.from({ length: course.count }, (_, h) => {
    let sum = 0
    for (let k = offsets[h]!; k < offsets[h + 1]!; k++) {
      const column = columns[k]!
      if (column >= from && column < to) sum += weights[k]! * mean[column]!
    }
    return sum
  })
}

function eventParts(laid: Laid) {
  const { course, fitted } = laid
  const { grid, layout, events, belief } = fitted.model
  const firstDay = grid.firstDay + course.from * grid.bucketDays
  const lastDay = firstDay + course.count * grid.bucketDays
  return events.flatMap((event) => {
    const kind = layout.kinds.find((one) => one.kind === event.event.kind)
    if (kind === undefined) return []
    const [from, to] = reachOf(kind, event)
    if (to <= firstDay || from >= lastDay) return []
    const level = new Float64Array(course.count)
    const shape = new Float64Array(course.count * grid.slots)
    for (let day = Math.max(from, firstDay); day < Math.min(to, lastDay); day++) {
      const h = Math.floor((day - firstDay) / grid.bucketDays)
      eventWeights(kind, event, day, (column, weight) => {
        level[h]! += (weight * belief.mean[column]!) / grid.bucketDays
      })
      if (grid.slots === 1) continue
      const own = shape.subarray(h * grid.slots, (h + 1) * grid.slots)
      addEventShape(own, fitted.shapes, layout, event, day)
    }
    return [{ name: event.event.eventId, level, shape }]
  })
}
