import type { SqlValue } from '../../core/sql/database.ts'
import type { FilterOperator } from './shape.ts'
import type { SampleColumn, TableSample } from './statistics.ts'

/** A filter whose column and constant are known. */
export interface BoundFilter {
  readonly column: string
  readonly operator: FilterOperator
  readonly constant: SqlValue
}

const DAY_MS = 86_400_000

/**
 * Share of a sample's rows that pass all filters, (k + ½) / (n + 1), in (0, 1): none of a thousand is
 * not none at all. Filters on unknown columns, and what is no comparison, let all pass.
 */
export function selectivity(sample: TableSample, filters: readonly BoundFilter[]): number {
  const { sampled } = sample
  const mask = new Uint8Array(sampled).fill(1)
  let isFiltered = false
  for (const { column, operator, constant } of filters) {
    const known = sample.columns.get(column)
    if (known !== undefined && narrow(mask, known, operator, constant)) isFiltered = true
  }
  if (!isFiltered) return 1
  let passed = 0
  for (let i = 0; i < sampled; i++) passed += mask[i]!
  return (passed + 0.5) / (sampled + 1)
}

/** Clears the rows that do not pass; false where the filter is none that can be tried. */
function narrow(
  mask: Uint8Array,
  { values, type }: SampleColumn,
  operator: FilterOperator,
  constant: SqlValue,
): boolean {
  if (operator === 'like') return false
  if (operator === 'in') return narrowToList(mask, { values, type }, String(constant))
  if (values.kind === 'number') {
    const bound = numberFor(type, constant)
    if (Number.isNaN(bound)) return false
    narrowNumbers(mask, values.values, operator, bound)
    return true
  }
  const { codes, dictionary } = values
  const passes = dictionary.map((text) => comparesTo(operator, order(text, String(constant))))
  for (let i = 0; i < mask.length; i++) if (!passes[codes[i]!]) mask[i] = 0
  return true
}

/** One tight loop an operator; a missing value is NaN and passes none of them, as NULL does. */
function narrowNumbers(
  mask: Uint8Array,
  values: Float64Array,
  operator: FilterOperator,
  bound: number,
): void {
  const n = mask.length
  if (operator === '<=') for (let i = 0; i < n; i++) mask[i]! &= Number(values[i]! <= bound)
  else if (operator === '>=') for (let i = 0; i < n; i++) mask[i]! &= Number(values[i]! >= bound)
  else if (operator === '<') for (let i = 0; i < n; i++) mask[i]! &= Number(values[i]! < bound)
  else if (operator === '>') for (let i = 0; i < n; i++) mask[i]! &= Number(values[i]! > bound)
  else if (operator === '=') for (let i = 0; i < n; i++) mask[i]! &= Number(values[i]! === bound)
  else {
    for (let i = 0; i < n; i++) mask[i]! &= Number(values[i]! < bound || values[i]! > bound)
  }
}

/** The inside of IN (…), as written. */
function narrowToList(mask: Uint8Array, { values, type }: SampleColumn, inside: string): boolean {
  const items = inside.match(/'(?:[^']|'')*'|[^,\s]+/g) ?? []
  const texts = items.map((item) =>
    item.startsWith("'") ? item.slice(1, -1).replaceAll("''", "'") : item,
  )
  if (values.kind === 'number') {
    const wanted = new Set(texts.map((text) => numberFor(type, text)))
    // A Set finds NaN, an IN does not.
    wanted.delete(Number.NaN)
    for (let i = 0; i < mask.length; i++) if (!wanted.has(values.values[i]!)) mask[i] = 0
    return true
  }
  const wanted = new Set(texts)
  const passes = values.dictionary.map((text) => wanted.has(text))
  for (let i = 0; i < mask.length; i++) if (!passes[values.codes[i]!]) mask[i] = 0
  return true
}

/** A constant on the scale of a column: day numbers, epoch ms or plain. NaN where it is no such thing. */
export function numberFor(type: string, constant: SqlValue): number {
  if (typeof constant === 'number') return constant
  if (typeof constant === 'boolean') return constant ? 1 : 0
  if (constant === null) return Number.NaN
  if (type !== 'DATE' && !type.startsWith('TIMESTAMP')) {
    if (type === 'BOOLEAN') return /^t/i.test(constant) ? 1 : 0
    return constant.trim() === '' ? Number.NaN : Number(constant)
  }
  const parts = /^\s*(\d{4}-\d\d?-\d\d?)(?:[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?/.exec(constant)
  if (parts === null) return Number.NaN
  const ms = Date.parse(`${parts[1]}T${parts[2] ?? '00:00'}Z`)
  return type === 'DATE' ? Math.floor(ms / DAY_MS) : ms
}

function order(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function comparesTo(operator: FilterOperator, sign: number): boolean {
  switch (operator) {
    case '=':
      return sign === 0
    case '<>':
      return sign !== 0
    case '<':
      return sign < 0
    case '<=':
      return sign <= 0
    case '>':
      return sign > 0
    default:
      return sign >= 0
  }
}
