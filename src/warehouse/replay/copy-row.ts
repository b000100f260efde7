import { quoteName } from '../../core/sql/database.ts'
import { WHOLE_LIMITS } from '../../core/sql/whole-types.ts'
import { type ColumnProfile, natureOf } from './column-profile.ts'
import { columnKey } from './keys.ts'

/** How one column of a copy is made from the row it copies. */
export interface CopiedColumn {
  readonly name: string
  /** Its type in the upsampled table: wider than the file's where shifted keys need it. */
  readonly type: string
  readonly how: 'keep' | 'shift' | 'move'
  /** Of a shifted key: copy k is k strides away. */
  readonly stride: number
  readonly profile: ColumnProfile
}

/** Values up to here are a category: copies share them. */
export const CATEGORY_VALUES = 100

/** Says how each column is copied: keys shifted, categories and texts kept, the rest moved a little. */
export function planCopies(
  columns: readonly ColumnProfile[],
  strides: ReadonlyMap<string, number>,
  scale: number,
): readonly CopiedColumn[] {
  return columns.map((profile) => {
    const { name, type, nature, distinct } = profile
    const stride = strides.get(columnKey(profile))
    if (stride !== undefined) {
      const most = profile.maximum + (scale - 1) * stride
      const isTooNarrow = nature === 'integer' && most > (WHOLE_LIMITS[type]?.[1] ?? Infinity)
      return { name, type: isTooNarrow ? 'BIGINT' : type, how: 'shift', stride, profile }
    }
    const isMovable = /^(integer|decimal|float|day|instant)$/.test(nature)
    const how = isMovable && distinct > CATEGORY_VALUES ? 'move' : 'keep'
    return { name, type, how, stride: 0, profile }
  })
}

/** A value of a movable column as a double: itself, days, or µs since 1970. */
export function asDouble(column: string, type: string): string {
  const nature = natureOf(type)
  if (nature === 'day') return `CAST(${column} - DATE '1970-01-01' AS DOUBLE)`
  if (nature === 'instant') return `CAST(epoch_us(${column}) AS DOUBLE)`
  return `CAST(${column} AS DOUBLE)`
}

/** `column` plus `delta` (a double in the units of `asDouble`) in the column's own type. */
export function plusDelta(column: string, type: string, delta: string): string {
  switch (natureOf(type)) {
    case 'day':
      return `CAST(${column} + CAST(round(${delta}) AS INTEGER) AS ${type})`
    case 'instant':
      return `CAST(${column} + to_microseconds(CAST(round(${delta}) AS BIGINT)) AS ${type})`
    case 'integer':
      return `CAST(CAST(${column} AS HUGEINT) + CAST(round(${delta}) AS HUGEINT) AS ${type})`
    case 'decimal':
      return `CAST(${column} + CAST(${delta} AS ${type}) AS ${type})`
    default:
      return `CAST(CAST(${column} AS DOUBLE) + (${delta}) AS ${type})`
  }
}

/** Even draw in [−0.5, 0.5) that depends on the row, the copy, the column and the seed alone. */
export function evenDraw(row: string, copy: number | string, column: number, seed: number): string {
  return `(hash(${row}, ${copy}, ${column}, ${seed}) / 1.8446744073709552e19 - 0.5)`
}

/**
 * `SELECT` list of copy `copy` of a row: keys shifted by copy × stride, moved values by up to half
 * the way to the next value below or above (columns lo_i and hi_i), so that none leaves its range.
 */
export function copyList(columns: readonly CopiedColumn[], copy: number, seed: number): string {
  return columns
    .map((copied, c) => {
      const { name, type, how } = copied
      const column = quoteName(name)
      if (how === 'keep' || copy === 0) return `CAST(${column} AS ${type}) AS ${column}`
      if (how === 'shift') return `${shifted(copied, copy)} AS ${column}`
      const draw = evenDraw('row_number_', copy, c, seed)
      const delta = `CASE WHEN ${draw} < 0 THEN ${draw} * coalesce(lo_${c}, 0) ELSE ${draw} * coalesce(hi_${c}, 0) END`
      // Half a step more would round to the neighbour itself; infinite values stay.
      return `CASE WHEN lo_${c} IS NULL AND hi_${c} IS NULL THEN ${column} ELSE ${plusDelta(column, type, wholeSteps(delta, c))} END AS ${column}`
    })
    .join(', ')
}

/** Keeps to the column's own grain: whole seconds stay whole seconds. */
function wholeSteps(delta: string, c: number): string {
  return `CASE WHEN step_${c} > 0 THEN round((${delta}) / step_${c}) * step_${c} ELSE ${delta} END`
}

function shifted({ name, type, stride, profile }: CopiedColumn, copy: number): string {
  const column = quoteName(name)
  if (profile.nature === 'integer') {
    return `CAST(CAST(${column} AS HUGEINT) + ${copy * stride} AS ${type})`
  }
  if (profile.nature === 'day') {
    const later = `${column} + CAST(${copy * stride} AS INTEGER)`
    return `CASE WHEN isfinite(${column}) THEN ${later} ELSE ${column} END`
  }
  if (profile.nature === 'uuid')
    return `CAST(md5(CAST(${column} AS VARCHAR) || '-${copy}') AS UUID)`
  return `${column} || '-${copy}'`
}
