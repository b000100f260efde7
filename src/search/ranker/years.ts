import type { SearchIndex } from '../index/types.ts'

interface YearFields {
  readonly plain: readonly string[]
  readonly dates: readonly string[]
}

const known = new WeakMap<SearchIndex, YearFields>()
const [FIRST, LAST] = [1880, 2100]

/** Years of a document: of its date fields, and of number fields that hold nothing but years. */
export function yearsOf(index: SearchIndex, doc: number): readonly number[] {
  const { plain, dates } = yearFields(index)
  return [
    ...plain.map((field) => index.numbers(field)[doc]!),
    ...dates.map((field) => new Date(index.numbers(field)[doc]!).getUTCFullYear()),
  ].filter((year) => !Number.isNaN(year))
}

function yearFields(index: SearchIndex): YearFields {
  const have = known.get(index)
  if (have !== undefined) return have
  const plain = index.fields.filter(
    ({ name, role }) => role === 'number' && holdsYears(index, name),
  )
  const dates = index.fields.filter(({ role }) => role === 'date')
  const fields = { plain: plain.map(({ name }) => name), dates: dates.map(({ name }) => name) }
  known.set(index, fields)
  return fields
}

/** Whether nearly all numbers of a field are whole and could be years. */
function holdsYears(index: SearchIndex, field: string): boolean {
  let present = 0
  let years = 0
  for (const value of index.numbers(field)) {
    if (Number.isNaN(value)) continue
    present++
    if (Number.isInteger(value) && value >= FIRST && value <= LAST) years++
  }
  return present > 0 && years / present > 0.98
}
