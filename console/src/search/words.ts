import type { SearchFacet, SearchReply } from '../../../src/api/schemas/search.ts'
import { currency, store } from '../state.ts'
import { capital, currencySymbol, formatCount, formatPlural, formatTick } from '../text/format.ts'

/** A field's name as words: `units_sold` is "units sold". */
export function fieldWords(field: string): string {
  return field.replaceAll('_', ' ')
}

const isPrice = (field: string) => field === 'price'

/** A number of a field; prices in the store's money. */
export function fieldNumber(field: string, value: number): string {
  const text = formatTick(value)
  return isPrice(field) && store.data.value !== undefined
    ? `${currencySymbol(currency.value)}${text}`
    : text
}

/** A range of a field: `20 – 40`, `up to 50`, `from 8`. */
export function rangeWords(field: string, from: number | null, to: number | null): string {
  if (from === null) return to === null ? 'any' : `up to ${fieldNumber(field, to)}`
  if (to === null) return `from ${fieldNumber(field, from)}`
  return from === to
    ? fieldNumber(field, from)
    : `${fieldNumber(field, from)} – ${fieldNumber(field, to)}`
}

/** Readings shown; further ones are unlikely. */
const FEW = 4

type Slot = SearchReply['readings'][number]['slots'][number]

function slotWords({ field, value, from, to }: Slot): string {
  return `${fieldWords(field)} ${value ?? rangeWords(field, from, to)}`
}

/** What the likeliest reading understood: "Read as: brand Norvane, price up to £50". */
export function readingWords({ readings }: SearchReply): string | undefined {
  const [first] = readings
  if (first === undefined || first.slots.length === 0) return undefined
  return `Read as: ${first.slots.map(slotWords).join(', ')}`
}

/** The likeliest readings with the words that say each slot, for those who ask. */
export function likelyReadings({ readings }: SearchReply): readonly string[] {
  return readings
    .slice(0, FEW)
    .map(
      ({ likelihood, slots }) =>
        `${Math.round(100 * likelihood)} %: ${slots.map((slot) => `“${slot.words}” is ${slotWords(slot)}`).join(', ')}`,
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
