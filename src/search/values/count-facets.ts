import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { DocSet, Filter } from '../index/types.ts'
import type { Columns } from './columns.ts'
import { docsOf } from './doc-set.ts'
import { countValues, type FacetScratch, type ValueFacet } from './facets.ts'
import { filterDocs, unknownField } from './filter.ts'
import { type Histogram, histogramOf } from './histogram.ts'
import { FACET_VALUES, HISTOGRAM_BARS } from './knobs.ts'

/** A facet that is asked for. */
export interface FacetRequest {
  readonly field: string
  /** Most values, or bars of a histogram; the knobs where absent. */
  readonly count?: number
  /** Only values with words that begin so. */
  readonly within?: string
  /** One level of category paths: what lies right below this one ('' for the highest). */
  readonly under?: string
}

/** What was counted of a facet. */
export type Facet =
  | ({ readonly field: string; readonly kind: 'values' } & ValueFacet)
  | ({ readonly field: string; readonly kind: 'range' } & Histogram)

/** What facets are counted over. */
export interface FacetQuery {
  /** Documents that match the query's words (all live ones for a query without words). */
  readonly matches: DocSet
  readonly filters: readonly Filter[]
  readonly requests: readonly FacetRequest[]
}

const MOST = 1000

/**
 * Counts facets. Filters on a field are left out of that field's own counts, so that further values
 * of it can still be chosen (disjunctive counting). Throws ERR_ARGUMENT on unknown fields.
 */
export function countFacets(
  columns: Columns,
  { matches, filters, requests }: FacetQuery,
  scratch: FacetScratch,
  settings: KnobSettings = {},
): Facet[] {
  const sets = new Map<string, Int32Array>()
  return requests.map((request) => {
    const { field } = request
    const others = filters.filter((filter) => !isOnField(filter, field))
    const key = others.length === filters.length ? '' : field
    const docs = sets.get(key) ?? docsOf(filterDocs(columns, others, matches))
    sets.set(key, docs)
    return countOne(columns, docs, request, scratch, settings)
  })
}

function countOne(
  columns: Columns,
  docs: Int32Array,
  { field, count, within, under }: FacetRequest,
  scratch: FacetScratch,
  settings: KnobSettings,
): Facet {
  const numbers = columns.numbers(field)
  if (numbers !== undefined) {
    const bars = bounded(count ?? readKnob(HISTOGRAM_BARS, settings))
    const role = columns.fields.find(({ name }) => name === field)?.role
    const kind = role === 'date' ? 'date' : 'number'
    return { field, kind: 'range', ...histogramOf(numbers, docs, bars, kind) }
  }
  const values = columns.valueField(field)
  if (values === undefined) throw unknownField(columns, field, 'values or numbers')
  const options = {
    count: bounded(count ?? readKnob(FACET_VALUES, settings)),
    ...(within === undefined ? {} : { within }),
    ...(under === undefined ? {} : { under }),
  }
  return { field, kind: 'values', ...countValues(values, docs, options, scratch) }
}

function bounded(count: number): number {
  return Math.max(1, Math.min(MOST, Math.floor(count) || 1))
}

/** Whether a filter speaks of this field and of no other. */
function isOnField(filter: Filter, field: string): boolean {
  if ('not' in filter) return isOnField(filter.not, field)
  if ('any' in filter) {
    return filter.any.length > 0 && filter.any.every((one) => isOnField(one, field))
  }
  return filter.field === field
}
