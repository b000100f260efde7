import type { Panel } from '../../../core/panel.ts'
import type { Part } from '../../explain/parts.ts'
import type { EventTable } from '../../occasions/table.ts'
import type { FeatureName } from './features.ts'
import type { PanelGrid } from './grid.ts'

/** Most columns read. */
const MOST_KNOWN = 12
/** A multiplier below this is read as this. */
const LEAST_EFFECT = 0.05
/** Weeks before the origin whose mean is what is usual. */
const USUAL_WEEKS = 8

/**
 * Two columns for each covariate known ahead: its value, and that over what is usual; and one of what
 * occasions do, where `hasEvents`.
 */
export function knownFeatureNames(panel: Panel, hasEvents: boolean): FeatureName[] {
  const columns = knownNames(panel).flatMap((name): FeatureName[] => {
    const part: Part = /price|promo|markdown|discount/i.test(name) ? 'price' : 'event'
    return [
      { name: `known ${name}`, part },
      { name: `known ${name} to usual`, part },
    ]
  })
  return hasEvents ? [...columns, { name: 'effect of occasions', part: 'event' }] : columns
}

function knownNames(panel: Panel): string[] {
  return Object.keys(panel.known?.columns ?? {}).slice(0, MOST_KNOWN)
}

/** Reads what is known of slots as of an origin. */
export interface KnownReader {
  /** Writes the columns from `first` on for series `i` in slot `t`. */
  write(i: number, t: number, columns: readonly Float32Array[], first: number, row: number): void
  /** The same with means over the window from the origin on. */
  writeMean(
    i: number,
    horizon: number,
    columns: readonly Float32Array[],
    first: number,
    row: number,
  ): void
}

/**
 * A reader of the covariates of a grid as of slot `origin`; values from there on are known ahead. With a
 * table the log of what occasions of strength 1 do follows: plans of another strength are no other case
 * to the trees, but scale what comes of it.
 */
export function knownReader(
  grid: PanelGrid,
  origin: number,
  week: number,
  table?: EventTable,
): KnownReader {
  const { panel } = grid
  const columns = knownNames(panel).map((name) => panel.known!.columns[name]!)
  const usualFrom = Math.max(0, Math.min(grid.slots, origin) - USUAL_WEEKS * week)
  const at = (values: Float64Array, i: number, bucket: number) => {
    const { offsets } = panel.known!
    const k = offsets[i]! + bucket - panel.firstBucket[i]!
    return k >= offsets[i]! && k < offsets[i + 1]! ? values[k]! : Number.NaN
  }
  const bucketAt = (t: number) => slotToBucket(grid, t)
  const mean = (values: Float64Array, i: number, from: number, to: number) => {
    let sum = 0
    let count = 0
    for (let t = from; t < to; t++) {
      const value = at(values, i, bucketAt(t))
      if (Number.isNaN(value)) continue
      sum += value
      count++
    }
    return count > 0 ? sum / count : Number.NaN
  }
  // What is usual is asked for slot after slot of one series.
  let usualOf = -1
  const usual = new Float64Array(columns.length)
  const readUsual = (i: number) => {
    if (usualOf === i) return
    usualOf = i
    columns.forEach((values, c) => {
      usual[c] = mean(values, i, usualFrom, Math.min(grid.slots, origin))
    })
  }
  const put = (
    value: number,
    c: number,
    into: readonly Float32Array[],
    first: number,
    row: number,
  ) => {
    into[first + 2 * c]![row] = value
    into[first + 2 * c + 1]![row] = usual[c] === 0 ? Number.NaN : value / usual[c]!
  }
  const effect = 2 * columns.length
  const logEffect = (known: EventTable, i: number, t: number) =>
    Math.log(Math.max(LEAST_EFFECT, known.usualAt(i, grid.base + t)))
  return {
    write(i, t, into, first, row) {
      if (table) into[first + effect]![row] = logEffect(table, i, t)
      if (columns.length === 0) return
      readUsual(i)
      columns.forEach((values, c) => {
        put(at(values, i, bucketAt(t)), c, into, first, row)
      })
    },
    writeMean(i, horizon, into, first, row) {
      if (table) {
        let sum = 0
        for (let h = 0; h < horizon; h++) sum += logEffect(table, i, origin + h)
        into[first + effect]![row] = sum / horizon
      }
      if (columns.length === 0) return
      readUsual(i)
      columns.forEach((values, c) => {
        put(mean(values, i, origin, origin + horizon), c, into, first, row)
      })
    },
  }
}

/** Bucket of a grid slot, also beyond the grid's end. */
export function slotToBucket(grid: PanelGrid, slot: number): number {
  if (slot < grid.slots) return grid.buckets[slot]!
  const { slotsPerWeek, rank } = grid.axis
  const absolute = grid.base + slot
  if (slotsPerWeek === 7) return absolute
  const week = Math.floor(absolute / slotsPerWeek)
  const place = absolute - week * slotsPerWeek
  return week * 7 + rank.lastIndexOf(place)
}
