import type { PreparedSet } from './prepare.ts'
import type { ForkView } from './reference.ts'
import { occasionOf } from './step-tables.ts'

/** Numbers of one remembered step. */
export const MEMORY_WIDTH = 6

/** Farthest back that an occurrence is remembered, in long seasons. */
const MEMORY_SEASONS = 2.2

/** One past step of an occasion. */
interface Remembered {
  readonly step: number
  readonly kind: number
}

/**
 * Past steps of those occasions that come up in `wanted` steps ahead, newest first, at most `slots`:
 * what a step ahead can attend to.
 */
export function recallSteps(
  prepared: PreparedSet,
  i: number,
  end: number,
  wanted: readonly [from: number, to: number],
  slots: number,
): Remembered[] {
  const { tables, options, set } = prepared
  const kinds = new Set<number>()
  for (let step = wanted[0]; step < wanted[1]; step++) {
    const occasion = occasionOf(tables, i, step)
    if (occasion !== undefined) kinds.add(occasion.kind)
  }
  const found: Remembered[] = []
  if (kinds.size === 0) return found
  const farthest = Math.max(
    set.firstStep[i]!,
    end - Math.ceil(MEMORY_SEASONS * options.seasons.long),
  )
  for (let step = end - 1; step >= farthest && found.length < slots; step--) {
    const occasion = occasionOf(tables, i, step)
    if (occasion === undefined || !kinds.has(occasion.kind)) continue
    if (Number.isNaN(set.values[set.offsets[i]! + step - set.firstStep[i]!] ?? Number.NaN)) continue
    found.push({ step, kind: occasion.kind })
  }
  return found
}

/** Writes what remembered steps did, in units of what was usual before them. */
export function writeMemory(
  prepared: PreparedSet,
  i: number,
  end: number,
  remembered: readonly Remembered[],
  into: Float32Array | Float64Array,
  at: number,
): void {
  const { tables, set, usual, level } = prepared
  remembered.forEach(({ step }, k) => {
    const t = step - set.firstStep[i]!
    const place = set.offsets[i]! + t
    const row = at + k * MEMORY_WIDTH
    const occasion = occasionOf(tables, i, step)!
    const size = Math.max(Math.abs(usual[place]!), 0.05 * level[place + i]!)
    into[row] = Math.asinh(set.values[place]! / size)
    into[row + 1] = step < occasion.first ? (occasion.first - step) / (occasion.lead + 1) : 0
    into[row + 2] = step > occasion.last ? (step - occasion.last) / (occasion.tail + 1) : 0
    into[row + 3] = (step - occasion.first) / (occasion.last - occasion.first + 1)
    into[row + 4] = occasion.strength
    into[row + 5] = Math.log1p(end - step) / 6
  })
}

/** 1 where step `ahead` after the fork may look at a remembered step: same occasion, already seen. */
export function writeMemoryMask(
  prepared: PreparedSet,
  view: ForkView,
  ahead: number,
  remembered: readonly Remembered[],
  into: Float32Array | Float64Array,
  at: number,
): void {
  const end = prepared.set.firstStep[view.series]! + view.seen
  const occasion = occasionOf(prepared.tables, view.series, end - 1 + ahead)
  if (occasion === undefined) return
  remembered.forEach(({ step, kind }, k) => {
    if (kind === occasion.kind && step < end) into[at + k] = 1
  })
}
