import type { SearchFacet, SearchReply } from '../../../src/api/schemas/search.ts'
import { capital, formatCount, formatPlural } from '../text/format.ts'

/** A field's name as words: `units_sold` is "units sold". */
export function fieldWords(field: string): string {
  return field.replaceAll('_', ' ')
}

/** Writes a number of a field: a price with its currency, a date as a day. */
export type WriteNumber = (field: string, value: number) => string

/** A range of a field: `20 – 40`, `up to 50`, `from 8`. */
export function rangeWords(
  field: string,
  from: number | null,
  to: number | null,
  write: WriteNumber,
): string {
  if (from === null) return to === null ? 'any' : `up to ${write(field, to)}`
  if (to === null) return `from ${write(field, from)}`
  return from === to ? write(field, from) : `${write(field, from)} – ${write(field, to)}`
}

/** Readings shown; further ones are unlikely. */
const FEW = 4

type Slot = SearchReply['readings'][number]['slots'][number]

function slotWords({ field, value, from, to, negated }: Slot, write: WriteNumber): string {
  return `${fieldWords(field)} ${negated ? 'not ' : ''}${value ?? rangeWords(field, from, to, write)}`
}

/** What the likeliest reading understood: "Read as: brand Norvane, price up to £50". */
export function readingWords({ readings }: SearchReply, write: WriteNumber): string | undefined {
  const [first] = readings
  if (first === undefined || first.slots.length === 0) return undefined
  return `Read as: ${first.slots.map((slot) => slotWords(slot, write)).join(', ')}`
}

/** The likeliest readings with the words that say each slot, for those who ask. */
export function likelyReadings({ readings }: SearchReply, write: WriteNumber): readonly string[] {
  return readings
    .slice(0, FEW)
    .map(
      ({ likelihood, slots }) =>
        `${Math.round(100 * likelihood)} %: ${slots.map((slot) => `“${slot.words}” is ${slotWords(slot, write)}`).join(', ')}`,
    )
}

/** How many there are and how long it took: "44 products in 3.1 ms". */
export function totalWords({ total, milliseconds }: SearchReply): string {
  const time =
    milliseconds < 10 ? Math.max(0.1, milliseconds).toFixed(1) : formatCount(milliseconds)
  return `${total === 0 ? 'No products' : formatPlural(total, 'product')} in ${time} ms`
}

/** The head of a facet. */
export function facetTitle({ field }: SearchFacet): string {
  return capital(fieldWords(field))
}
