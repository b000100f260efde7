import type { SearchFilter } from '../../../src/api/schemas/search.ts'

/** A condition that a facet sets: whole values, or a range of numbers. */
export type FacetFilter = Pick<SearchFilter, 'field' | 'oneOf' | 'from' | 'to'>

/** Conditions from the address; what is no condition is left out. */
export function filtersFrom(text: string | undefined): readonly FacetFilter[] {
  if (text === undefined) return []
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch {
    return []
  }
  return Array.isArray(read) ? read.slice(0, 50).flatMap(filterFrom) : []
}

function filterFrom(read: unknown): FacetFilter[] {
  if (typeof read !== 'object' || read === null || !('field' in read)) return []
  const { field, oneOf, from, to } = read as Record<string, unknown>
  if (typeof field !== 'string' || field === '') return []
  if (Array.isArray(oneOf)) {
    const values = oneOf.filter((value): value is string => typeof value === 'string')
    return values.length === 0 ? [] : [{ field, oneOf: values }]
  }
  const bounds = {
    ...(typeof from === 'number' ? { from } : {}),
    ...(typeof to === 'number' ? { to } : {}),
  }
  return Object.keys(bounds).length === 0 ? [] : [{ field, ...bounds }]
}

/** Conditions for the address; null where there are none. */
export function filtersText(filters: readonly FacetFilter[]): string | null {
  return filters.length === 0 ? null : JSON.stringify(filters)
}

/** Puts a value of a field in, or takes it out; values of one field are alternatives. */
export function toggleValue(
  filters: readonly FacetFilter[],
  field: string,
  value: string,
): readonly FacetFilter[] {
  const before = filters.find((one) => one.field === field)?.oneOf ?? []
  const values = before.includes(value)
    ? before.filter((one) => one !== value)
    : [...before.filter((one) => !isWithin(one, value) && !isWithin(value, one)), value]
  const others = filters.filter((one) => one.field !== field)
  return values.length === 0 ? others : [...others, { field, oneOf: values }]
}

/** Whether a category lies below another: both together would narrow no more than the wider one. */
function isWithin(value: string, other: string): boolean {
  return value.startsWith(`${other} > `)
}

/** Sets the range of a field; the same range again takes it out. */
export function toggleRange(
  filters: readonly FacetFilter[],
  field: string,
  { from, to }: { readonly from: number; readonly to: number },
): readonly FacetFilter[] {
  const before = filters.find((one) => one.field === field)
  const others = filters.filter((one) => one.field !== field)
  return before?.from === from && before.to === to ? others : [...others, { field, from, to }]
}
