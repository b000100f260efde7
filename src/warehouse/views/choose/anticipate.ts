import { columnsOf, type Expression, print } from '../read/expression.ts'
import type { ReadDemand } from './demand.ts'
import { type Wish, wishOf } from './wish.ts'

/** Plots of one table that are looked at; pairs of them are wishes. */
const MAX_PLOTS = 12

/** Share of what filters cost so far that is hoped for from one that was not used yet. */
const HOPE = 0.25

/** A grouping that a page shows, whatever filters it. */
interface Plot {
  readonly wish: Wish
  readonly columns: readonly Expression[]
}

/**
 * Views for filters that are likely to come: where some plots of a table are filtered by ranges of
 * what other plots show, each plot will be filtered by what each other plot shows. Filters by the
 * columns of one plot come together (both axes of a map).
 */
export function anticipate(
  demands: readonly ReadDemand[],
): readonly { readonly wish: Wish; readonly hopedCpuMs: number }[] {
  const byTables = new Map<string, ReadDemand[]>()
  for (const demand of demands) {
    const key = demand.shape.tables.join('\n')
    byTables.set(key, [...(byTables.get(key) ?? []), demand])
  }
  return [...byTables.values()].flatMap(anticipateOn)
}

function anticipateOn(demands: readonly ReadDemand[]): { wish: Wish; hopedCpuMs: number }[] {
  const plots = plotsOf(demands)
  const moving = demands.filter((demand) => demand.moving.length > 0)
  const isLinked = moving.some((demand) => isFilteredByPlot(demand, plots))
  if (!isLinked) return []
  const mean = moving.reduce((sum, { demand }) => sum + demand.totalCpuMs, 0) / moving.length
  return plots.flatMap((shown) =>
    plots.flatMap((filter) => {
      if (filter === shown || sharesColumn(filter, shown)) return []
      const conditions = filter.columns.map((e) => ({ over: [e], bounds: [], examples: [] }))
      return [{ wish: { ...shown.wish, moving: conditions }, hopedCpuMs: HOPE * mean }]
    }),
  )
}

function plotsOf(demands: readonly ReadDemand[]): Plot[] {
  const plots = new Map<string, Plot>()
  for (const demand of demands) {
    const wish = wishOf(demand)
    const columns = [
      ...new Map(wish.groups.flatMap(columnsOf).map((column) => [print(column), column])).values(),
    ]
    if (columns.length === 0) continue
    const key = JSON.stringify(
      [wish.groups, wish.still].map((list) => list.map((e) => print(e)).sort()),
    )
    if (!plots.has(key)) plots.set(key, { wish, columns })
  }
  return [...plots.values()].slice(0, MAX_PLOTS)
}

/** Whether what moves in a demand is what some plot shows. */
function isFilteredByPlot({ moving }: ReadDemand, plots: readonly Plot[]): boolean {
  const shown = new Set(plots.flatMap(({ columns }) => columns.map((e) => print(e))))
  return moving.some((predicate) => columnsOf(predicate).some((e) => shown.has(print(e))))
}

function sharesColumn(a: Plot, b: Plot): boolean {
  const names = new Set(a.columns.map((e) => print(e)))
  return b.columns.some((e) => names.has(print(e)))
}
