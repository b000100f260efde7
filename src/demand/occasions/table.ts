import { events } from '../../learn/index.ts'

/** What occasions do to the slots of a panel, as it was known at some time. */
export interface EventTable {
  /** Whether any slot is touched. */
  readonly touches: boolean
  /** First slot that may have a multiplier, and one past the last. */
  readonly first: number
  readonly end: number
  /** Multiplier of series `i` in slot `slot` of the axis; 1 where nothing happens. */
  at(i: number, slot: number): number
  /** The same at strength 1: what the past says, whatever is planned. */
  usualAt(i: number, slot: number): number
  /** A value over its multiplier; NaN where that is below a tenth (closed, about). */
  without(value: number, i: number, slot: number): number
}

/** The table of nothing at all. */
export const NOTHING: EventTable = {
  touches: false,
  first: 0,
  end: 0,
  at: () => 1,
  usualAt: () => 1,
  without: (value) => value,
}

/** How occurrences are read. */
export interface Reading {
  /** Those whose whole effect is to be taken out and added. */
  readonly whole: readonly events.Occurrence[]
  /** Those that a season holds at strength 1, where any is planned at another. */
  readonly beside: readonly events.Occurrence[]
}

/** Whether an occurrence is as strong as in the past. */
export const isUsual = ({ strength = 1 }: events.Occurrence) => strength === 1

/** A step at less than this of its usual sales tells nothing of them. */
const LEAST_DIVISOR = 0.1

/** Where a table begins and ends, and whose it is. */
export interface TableShape {
  /** Group of each series, and how many there are. */
  readonly of: Int32Array
  readonly count: number
  readonly first: number
  readonly last: number
}

/** The table of what was learned, for the occurrences of a reading; NOTHING where none of them is known. */
export function tableOf(
  effects: events.EventEffects,
  { whole, beside }: Reading,
  { of, count, first, last }: TableShape,
): EventTable {
  const names = new Set(effects.profiles.map(({ name }) => name))
  const isKnown = ({ name }: events.Occurrence) => names.has(name)
  const [read, held] = [whole.filter(isKnown), beside.filter(isKnown)]
  if (read.length + held.length === 0) return NOTHING
  const rowsOf = (list: readonly events.Occurrence[]) =>
    Array.from({ length: count }, (_, group) =>
      events.effectMultipliers(effects, list, first, Math.max(0, last - first), { group }),
    )
  const usual = rowsOf(read.map(atUsual))
  const planned = read.every(isUsual) ? usual : rowsOf(read)
  const rows =
    held.length === 0 ? planned : timesRatio(planned, rowsOf(held), rowsOf(held.map(atUsual)))
  const at = (i: number, slot: number) => rows[of[i]!]?.[slot - first] ?? 1
  return {
    touches: true,
    first,
    end: last,
    at,
    usualAt: (i, slot) => usual[of[i]!]?.[slot - first] ?? 1,
    without(value, i, slot) {
      const m = at(i, slot)
      return m < LEAST_DIVISOR ? Number.NaN : value / m
    },
  }
}

const atUsual = ({ strength: _, ...occurrence }: events.Occurrence): events.Occurrence => occurrence

/** rows · planned / usual; a step that is usually hardly anything tells nothing of what more would be. */
function timesRatio(
  rows: readonly Float64Array[],
  planned: readonly Float64Array[],
  usual: readonly Float64Array[],
): Float64Array[] {
  return rows.map((row, g) =>
    row.map((m, k) => {
      const divisor = usual[g]![k]!
      return divisor < LEAST_DIVISOR ? m : (m * planned[g]![k]!) / divisor
    }),
  )
}
