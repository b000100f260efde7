import { quote } from '../read/expression.ts'
import { isWhole, type KeyColumn, type ViewDefinition, viewTable } from './definition.ts'
import { type CellRange, type Edges, rowsBetween } from './edges.ts'

/** A range over the cells of a key. */
export interface CutRange {
  readonly key: KeyColumn
  readonly edges: Edges
  readonly cells: CellRange
}

// CPU, ns, of a base row and of a statement, as measured on tables of a million rows.
const AGGREGATED = 12
const SCANNED_WHOLE = 3
const SCANNED_FRACTION = 14
const EXTRA_SCAN = 250_000
/**
 * Whether whole cells from the view and the rows of cut cells are expected to take less CPU than the
 * share `unionShare` of the rows of the tables: shares of several ranges are multiplied, as if they were independent.
 */
export function isUnionCheaper(
  { rowsBy }: ViewDefinition,
  viewRows: number,
  ranges: readonly CutRange[],
  unionShare: number,
): boolean {
  let [whole, left, cutRows, scan, all] = [1, 1, 0, 0, 0]
  for (const { key, edges, cells } of ranges) {
    const total = rowsBetween(edges, 0, edges.cells.length - 1)
    const inside = rowsBetween(edges, cells.first, cells.last)
    const cut = placesOf(cells).reduce((sum, place) => sum + rowsBetween(edges, place, place), 0)
    all = Math.max(all, total)
    whole *= inside / total
    left *= (inside + cut) / total
    cutRows += cut
    const perRow = isWhole(key.type) ? SCANNED_WHOLE : SCANNED_FRACTION
    if (cut > 0 && rowsBy === undefined) scan += all * perRow
    if (cut > 0 && rowsBy !== undefined) scan += rowsBy === key.column ? cut * perRow : all * 3
  }
  const asAsked =
    all * Math.max(...ranges.map((r) => (isWhole(r.key.type) ? SCANNED_WHOLE : SCANNED_FRACTION)))
  const union = viewRows * whole * AGGREGATED + scan + cutRows * AGGREGATED + 2 * EXTRA_SCAN
  return union < unionShare * (asAsked + all * left * AGGREGATED)
}

/** Places of the cells that a range cuts, each once. */
function placesOf({ cutBelow, cutAbove }: CellRange): readonly number[] {
  return [...new Set([cutBelow, cutAbove])].filter((place) => place >= 0)
}

/**
 * FROM of the whole cells that meet `where` and the rows, by `select`, of the cells that ranges cut;
 * undefined where the least or greatest value of a cell cannot be written.
 */
export function unionOf(
  view: ViewDefinition,
  columns: string,
  where: string,
  select: string,
  ranges: readonly CutRange[],
): string | undefined {
  const parts = ranges.every(({ cells }) => cells.first <= cells.last)
    ? [`SELECT ${columns} FROM ${viewTable(view.name)}${where}`]
    : []
  if (view.rowsBy !== undefined) parts.push(...keptParts(view.rowsBy, select, ranges))
  else {
    const cut = ranges.flatMap((range) => baseConditions(range))
    if (cut.includes(undefined)) return undefined
    parts.push(`${select}(${cut.join(' OR ')})`)
  }
  return `(${parts.join(' UNION ALL ')})`
}

/** A part for each cut cell, so that each reads its own stretch of the rows; no row is in two of them. */
function keptParts(rowsBy: string, select: string, ranges: readonly CutRange[]): string[] {
  const before: string[] = []
  return ranges.flatMap(({ key, edges, cells }) => {
    const column = quote(key.column)
    const excluded = before.map((condition) => `${condition} AND `).join('')
    const places = placesOf(cells)
    if (places.length > 0) {
      before.push(`${column} NOT IN (${places.map((p) => edges.cells[p]!).join(', ')})`)
    }
    return places.map((place) => {
      const rows = `rowid BETWEEN ${edges.firstRow[place]!} AND ${edges.lastRow[place]!} AND `
      const stretch = key.column === rowsBy ? rows : ''
      return `${select}${excluded}${stretch}${column} = ${edges.cells[place]!}`
    })
  })
}

/** Which values are in cut cells, given that they are in the range; TRUE where all behind are. */
function baseConditions({ key, edges, cells }: CutRange): (string | undefined)[] {
  const { cutBelow, cutAbove } = cells
  const conditions: (string | undefined)[] = []
  if (cutBelow === edges.cells.length - 1) conditions.push('TRUE')
  else if (cutBelow >= 0) conditions.push(compared(key, '<=', edges.greatest[cutBelow]!))
  if (cutAbove >= 0) conditions.push(compared(key, '>=', edges.least[cutAbove]!))
  return conditions
}

function compared(
  { expression, type }: KeyColumn,
  sign: string,
  value: number,
): string | undefined {
  if (isWhole(type)) {
    return Number.isSafeInteger(value) ? `${expression} ${sign} ${value}` : undefined
  }
  return Number.isFinite(value) ? `${expression} ${sign} CAST('${value}' AS ${type})` : undefined
}
