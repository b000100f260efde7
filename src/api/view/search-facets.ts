import type { ServiceAnswer } from '../../loop/index.ts'
import { type Filter, type SearchIndex, values } from '../../search/index.ts'
import type { SearchFacet } from '../schemas/search.ts'

/** Facets that are counted where a request names none: at most this many. */
const MOST_FACETS = 6
const FACET_VALUES = 12

const scratch = values.createFacetScratch()

/** Values and ranges of the fields asked for, by the usual ones, with how many results have each. */
export function facetsOf(
  index: SearchIndex,
  { matches }: ServiceAnswer,
  filters: readonly Filter[],
  wanted: readonly string[] | undefined,
): SearchFacet[] {
  const fields = wanted ?? usualFacets(index)
  const count = (requests: readonly values.FacetRequest[]) =>
    values.countFacets(index.columns, { matches: matches.unfiltered, filters, requests }, scratch)
  const counted = count(fields.map((field) => requestOf(index, field, filters)))
  return counted.map((facet) => {
    const chosen = chosenValues(filters, facet.field)
    if (!isLeaf(facet, chosen)) return facetOf(facet, chosen)
    // Nothing lies below the category that is chosen: those beside it can be chosen in its place.
    const { field } = facet
    return facetOf(count([{ field, count: FACET_VALUES, under: commonParent(chosen) }])[0]!, chosen)
  })
}

/** The fields that a shopper narrows by, in the order of the catalogue. */
export function usualFacets(index: SearchIndex): readonly string[] {
  const roles = ['category', 'brand', 'attribute', 'price']
  return index.fields
    .filter(({ role }) => roles.includes(role))
    .sort((a, b) => roles.indexOf(a.role) - roles.indexOf(b.role))
    .slice(0, MOST_FACETS)
    .map(({ name }) => name)
}

function isLeaf(facet: values.Facet, chosen: ReadonlySet<string>): boolean {
  return facet.kind !== 'range' && facet.values.length === 0 && chosen.size > 0
}

function facetOf(facet: values.Facet, chosen: ReadonlySet<string>): SearchFacet {
  const { field } = facet
  if (facet.kind === 'range') {
    const bounds = facet.bars.map(({ from, to, count }) => ({ from, to, count }))
    return { field, kind: 'number', values: [], bounds, more: 0 }
  }
  const listed = facet.values.map(({ value, count }) => ({
    value,
    count,
    chosen: chosen.has(value),
  }))
  const more = Math.max(0, facet.distinct - listed.length)
  return { field, kind: 'value', values: listed, bounds: [], more }
}

/** Categories are counted one level at a time: below the one that is chosen, or beside several. */
function requestOf(
  index: SearchIndex,
  field: string,
  filters: readonly Filter[],
): values.FacetRequest {
  const role = index.fields.find(({ name }) => name === field)?.role
  if (role !== 'category') return { field, count: FACET_VALUES }
  const chosen = chosenValues(filters, field)
  const [first] = chosen
  const under = chosen.size === 1 && first !== undefined ? first : commonParent(chosen)
  return { field, count: FACET_VALUES, under }
}

/** The deepest category that all of some lie below; '' for none. */
function commonParent(chosen: ReadonlySet<string>): string {
  const paths = [...chosen].map((value) => value.split(values.LEVEL).slice(0, -1))
  const [first = []] = paths
  const differs = first.findIndex((level, depth) => paths.some((path) => path[depth] !== level))
  return first.slice(0, differs < 0 ? first.length : differs).join(values.LEVEL)
}

function chosenValues(filters: readonly Filter[], field: string): ReadonlySet<string> {
  const chosen = new Set<string>()
  for (const filter of filters) {
    if ('oneOf' in filter && filter.field === field) for (const one of filter.oneOf) chosen.add(one)
  }
  return chosen
}
