import { FORECASTERS } from '../forecasters.ts'
import type { Contributions } from './contributions.ts'
import { type ChangePart, PARTS } from './parts.ts'
import { mondayOf } from './weeks.ts'

/** Days from `from` on. */
export interface DaySpan {
  /** Day number. */
  readonly from: number
  readonly days: number
}

/** The whole calendar weeks that both spans cover; undefined where there is none. */
export function sharedWeeks(a: DaySpan, b: DaySpan): DaySpan | undefined {
  const from = mondayOf(Math.max(a.from, b.from) + 6)
  const to = mondayOf(Math.min(a.from + a.days, b.from + b.days))
  return to > from ? { from, days: to - from } : undefined
}

/** What one version of a forecast says of a span of days, by product. */
export interface SpanTotals {
  readonly ids: readonly string[]
  /** Units expected, by id. */
  readonly mean: Float64Array
  /** Units, id × PARTS. */
  readonly parts: Float64Array
  /** How the parts of each product were told; '' where the version has none. See partsMethod. */
  readonly method: readonly string[]
}

/** Parts read from a curve. */
const CURVE = 'curve'

/**
 * How the parts of a forecast by that model come about: all classical models and their mixes are
 * read from the curve, and may be compared; learned models and combinations tell in their own ways.
 */
export function partsMethod(model: string): string {
  const isClassical =
    model.startsWith('mix(') || FORECASTERS.some((forecaster) => forecaster.name === model)
  return isClassical ? CURVE : model
}

/**
 * Sums a forecast's means (units, series × horizon) and contributions over a span within it; `models`
 * has the model of each series.
 */
export function spanTotals(
  contributions: Contributions,
  mean: Float64Array,
  models: readonly string[],
  span: DaySpan,
) {
  const { ids, origin, horizon } = contributions
  const totals = {
    ids,
    mean: new Float64Array(ids.length),
    parts: new Float64Array(ids.length * PARTS.length),
    method: models.map(partsMethod),
  }
  const first = span.from - origin
  for (let i = 0; i < ids.length; i++) {
    for (let t = first; t < first + span.days; t++) totals.mean[i]! += mean[i * horizon + t]!
    PARTS.forEach((part, p) => {
      const units = contributions.parts[part]
      if (units === undefined) return
      for (let t = first; t < first + span.days; t++) {
        totals.parts[i * PARTS.length + p]! += units[i * horizon + t]!
      }
    })
  }
  return totals satisfies SpanTotals
}

/** One reason why a product's forecast moved. */
export interface ChangeRow {
  readonly id: string
  readonly part: ChangePart
  /** Units that it adds to the newer forecast; the rows of a product sum to newer − older. */
  readonly units: number
}

/** Changes smaller than this are rounding. */
const NO_CHANGE = 1e-9

/**
 * What changed from an older forecast to a newer one over the same days, part by part: newer −
 * older of each part, and as `model` what the parts leave open: all of it where the older version
 * has no contributions, or where the two were told in different ways and their parts mean different
 * things. Products that only one of the two has are left out.
 */
export function changesBetween(older: SpanTotals, newer: SpanTotals): ChangeRow[] {
  const before = new Map(older.ids.map((id, i) => [id, i]))
  const rows: ChangeRow[] = []
  newer.ids.forEach((id, i) => {
    const k = before.get(id)
    if (k === undefined) return
    const told = newer.method[i] !== '' && newer.method[i] === older.method[k]
    let open = newer.mean[i]! - older.mean[k]!
    PARTS.forEach((part, p) => {
      if (!told) return
      const units = newer.parts[i * PARTS.length + p]! - older.parts[k * PARTS.length + p]!
      if (Math.abs(units) <= NO_CHANGE) return
      open -= units
      rows.push({ id, part, units })
    })
    if (Math.abs(open) > PARTS.length * NO_CHANGE) rows.push({ id, part: 'model', units: open })
  })
  return rows
}
