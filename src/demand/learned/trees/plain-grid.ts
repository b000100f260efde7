import type { EventReader } from '../../occasions/reader.ts'
import type { EventTable } from '../../occasions/table.ts'
import type { PanelGrid } from './grid.ts'

/** A grid without the effect of occasions as they were known at an origin. */
export interface PlainGrid {
  /** Values over the multipliers of the table; valid until another origin is asked for. */
  readonly grid: PanelGrid
  /** Absent where the panel has no events. */
  readonly table?: EventTable
}

/** The grid as seen from origins: see plainGrids. */
export interface PlainGrids {
  readonly hasEvents: boolean
  at(origin: number): PlainGrid
}

/**
 * The grid without occasions, as of any slot: an origin's rows, to learn from or to forecast, see
 * profiles of what lies before that origin alone, and so never one that was learned from their own
 * dates. From the origin on, slots of occasions that were not known there and are at `trainEnd` are
 * missing: a forecast to be made knows them, so that a first Black Friday is no lesson for it. With a
 * `season`, by what that cannot know (EventReader). The grid itself where there is no reader.
 */
export function plainGrids(
  grid: PanelGrid,
  reader: EventReader | undefined,
  trainEnd: number,
  season?: number,
): PlainGrids {
  if (reader === undefined) return { hasEvents: false, at: () => ({ grid }) }
  const latest = reader.tableAt(grid.base + trainEnd, season)
  const values = grid.values.slice()
  const plain = { ...grid, values }
  let shown: EventTable | undefined
  let shownAt = Number.NaN
  // What was not known is missing from the origin on: the same table serves no other origin then.
  const isLate = (table: EventTable) => table !== latest && latest.touches
  return {
    hasEvents: true,
    at(origin) {
      const table = reader.tableAt(grid.base + origin, season)
      if (table !== shown || (isLate(table) && origin !== shownAt)) {
        if (shown !== undefined) values.set(grid.values)
        if (table.touches) divide(grid, table, values)
        if (isLate(table)) leaveOut(grid, { table, latest, origin }, values)
        shown = table
        shownAt = origin
      }
      return { grid: plain, table }
    },
  }
}

function divide(grid: PanelGrid, table: EventTable, values: Float64Array): void {
  const from = Math.max(0, table.first - grid.base)
  const to = Math.min(grid.slots, table.end - grid.base)
  for (let i = 0; i < grid.series; i++) {
    for (let t = from; t < to; t++) {
      const k = i * grid.slots + t
      values[k] = table.without(grid.values[k]!, i, grid.base + t)
    }
  }
}

/** A multiplier as far as this from 1 makes a slot another case. */
const MATTERS = 0.1

function leaveOut(
  grid: PanelGrid,
  known: { readonly table: EventTable; readonly latest: EventTable; readonly origin: number },
  values: Float64Array,
): void {
  const { table, latest, origin } = known
  const to = Math.min(grid.slots, latest.end - grid.base)
  for (let i = 0; i < grid.series; i++) {
    for (let t = Math.max(0, origin); t < to; t++) {
      const slot = grid.base + t
      const isNew = table.usualAt(i, slot) === 1
      if (isNew && Math.abs(latest.usualAt(i, slot) - 1) > MATTERS)
        values[i * grid.slots + t] = Number.NaN
    }
  }
}

/** Multiplies forecasts of series × slots (× levels) from slot `origin` on by the occasions ahead. */
export function timesTable(
  { grid, table }: PlainGrid,
  origin: number,
  slots: number,
  said: { readonly mean: Float64Array; readonly quantiles: Float64Array },
): void {
  if (!table?.touches) return
  const size = said.quantiles.length / Math.max(1, said.mean.length)
  for (let h = 0; h < slots; h++) {
    const slot = grid.base + origin + h
    if (slot < table.first || slot >= table.end) continue
    for (let i = 0; i < grid.series; i++) {
      const m = table.at(i, slot)
      if (m === 1) continue
      const at = i * slots + h
      said.mean[at]! *= m
      for (let q = at * size; q < (at + 1) * size; q++) said.quantiles[q]! *= m
    }
  }
}
