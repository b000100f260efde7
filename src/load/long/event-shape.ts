import type { BucketValues } from './bucket-values.ts'
import type { Layout } from './columns.ts'
import { type EventDays, eventWeights, reachOf } from './event-columns.ts'
import type { Grid } from './grid.ts'
import { type DayShape, shapeOn } from './shape.ts'

/** What events do to the shape of a day: [slots] log load by place of their parameter. */
export type EventShapes = ReadonlyMap<number, Float64Array>

/** Occurrences that a shape must be seen in to be half believed. */
const HALF_BELIEVED = 1.5

/**
 * Mean residual shape of each parameter's days over past occurrences, drawn to `before` (none where
 * nothing is lent) as HALF_BELIEVED occurrences would: the season around it is taken out by the shape
 * that other days have.
 */
export function learnEventShapes(
  days: BucketValues,
  grid: Grid,
  layout: Layout,
  events: readonly EventDays[],
  shape: DayShape,
  before: EventShapes = new Map(),
): EventShapes {
  const sums = new Map<number, { weight: number; readonly sum: Float64Array }>()
  if (days.slots === 1) return new Map()
  for (const event of events) {
    const kind = layout.kinds.find((one) => one.kind === event.event.kind)
    if (kind === undefined) continue
    const [from, to] = reachOf(kind, event)
    for (let day = from; day < to; day++) {
      const residual = residualShape(days, day - grid.firstDay, shape, day)
      if (residual === undefined) continue
      eventWeights(kind, event, day, (column, weight) => {
        const seen = sums.get(column) ?? { weight: 0, sum: new Float64Array(days.slots) }
        seen.weight += weight * weight
        for (let s = 0; s < days.slots; s++) seen.sum[s]! += weight * residual[s]!
        sums.set(column, seen)
      })
    }
  }
  return new Map(
    [...new Set([...sums.keys(), ...before.keys()])].map((column) => {
      const { weight, sum } = sums.get(column) ?? { weight: 0, sum: new Float64Array(days.slots) }
      const usual = before.get(column)
      return [
        column,
        sum.map((v, s) => (v + HALF_BELIEVED * (usual?.[s] ?? 0)) / (weight + HALF_BELIEVED)),
      ]
    }),
  )
}

/** Shape of a bucket less what its day lets expect; undefined where it has gaps or is not known. */
export function residualShape(
  { count, slots, shape }: BucketValues,
  bucket: number,
  expected: DayShape,
  day: number,
): Float64Array | undefined {
  if (bucket < 0 || bucket >= count) return undefined
  const seen = shape.subarray(bucket * slots, (bucket + 1) * slots)
  if (seen.some(Number.isNaN)) return undefined
  const usual = shapeOn(expected, day)
  return usual.map((v, s) => seen[s]! - v)
}

/** Adds an event's shape on a day to `into` [slots]. */
export function addEventShape(
  into: Float64Array,
  shapes: EventShapes,
  layout: Layout,
  event: EventDays,
  day: number,
): void {
  const kind = layout.kinds.find((one) => one.kind === event.event.kind)
  if (kind === undefined || shapes.size === 0) return
  eventWeights(kind, event, day, (column, weight) => {
    const shape = shapes.get(column)
    if (shape !== undefined) for (let s = 0; s < into.length; s++) into[s]! += weight * shape[s]!
  })
}
