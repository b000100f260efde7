import type { Occasion, SeriesSet } from './types.ts'

/** What is true of a step for all series: occasions, and which past step it is like. */
export interface StepTables {
  /** First step of the arrays. */
  readonly from: number
  /** Index into `occasions` of the occasion of each step that touches all series; −1 = none. */
  readonly occasionAt: Int32Array
  /** The step about one long season before that each step is compared with. */
  readonly source: Int32Array
  readonly occasions: readonly Occasion[]
  /** Occasions of single series. */
  readonly own: ReadonlyMap<number, readonly number[]>
}

/** Largest share of a long season by which an occasion may have moved between two of them. */
const FARTHEST_MOVE = 0.12

/** Tables for the steps [from, to). */
export function tabulateSteps(set: SeriesSet, from: number, to: number, long: number): StepTables {
  const occasions = set.occasions ?? []
  const length = Math.max(0, to - from)
  const occasionAt = new Int32Array(length).fill(-1)
  const own = new Map<number, number[]>()
  occasions.forEach((occasion, index) => {
    for (const i of occasion.series ?? []) {
      const known = own.get(i)
      if (known === undefined) own.set(i, [index])
      else known.push(index)
    }
    if (occasion.series !== undefined) return
    const end = Math.min(to, occasion.last + occasion.tail + 1)
    for (let t = Math.max(from, occasion.first - occasion.lead); t < end; t++) {
      occasionAt[t - from] = nearer(occasions, occasionAt[t - from]!, index, t)
    }
  })
  const tables = { from, occasionAt, source: new Int32Array(length), occasions, own }
  for (let k = 0; k < length; k++) tables.source[k] = likeStep(tables, from + k, long)
  return tables
}

/** Of two occasions that reach a step, the one whose own days are nearer. */
function nearer(occasions: readonly Occasion[], a: number, b: number, step: number): number {
  if (a < 0) return b
  const distance = ({ first, last }: Occasion) => Math.max(first - step, step - last, 0)
  return distance(occasions[b]!) < distance(occasions[a]!) ? b : a
}

/** The occasion of series i at a step; undefined where there is none. */
export function occasionOf(tables: StepTables, i: number, step: number): Occasion | undefined {
  const own = tables.own.get(i)
  if (own !== undefined) {
    for (const index of own) {
      const { first, last, lead, tail } = tables.occasions[index]!
      if (step >= first - lead && step <= last + tail) return tables.occasions[index]
    }
  }
  const index = tables.occasionAt[step - tables.from] ?? -1
  return index < 0 ? undefined : tables.occasions[index]
}

/**
 * The step a long season earlier that a step is like: the same place in the last occurrence of its
 * occasion, else the same step a season ago, moved out of an occasion that is elsewhere this season.
 */
function likeStep(tables: StepTables, step: number, long: number): number {
  const { from, occasionAt, occasions } = tables
  const plain = step - long
  const here = occasionAt[step - from]!
  if (here >= 0) {
    const now = occasions[here]!
    const then = occasions.find(
      (o) =>
        o.kind === now.kind &&
        o.series === undefined &&
        Math.abs(now.first - o.first - long) <= FARTHEST_MOVE * long,
    )
    if (then !== undefined) {
      return then.first + Math.min(step - now.first, then.last - then.first + then.tail)
    }
  }
  const there = occasionAt[plain - from] ?? -1
  if (there < 0) return plain
  const past = occasions[there]!
  if (here >= 0 && occasions[here]!.kind === past.kind) return plain
  const isHereToo = occasions.some(
    (o) => o.kind === past.kind && Math.abs(o.first - past.first - long) <= FARTHEST_MOVE * long,
  )
  if (!isHereToo) return plain
  const before = past.first - past.lead - 1
  const after = past.last + past.tail + 1
  return plain - before <= after - plain ? before : after
}
