import type { StockRow, StockState } from '../../../src/api/schemas/stock-pages.ts'
import type { Tone } from '../parts/chip.tsx'
import { formatPlural } from '../text/format.ts'

/** A state as colour and shape tell it. */
export const STATE_TONES: Readonly<Record<StockState, Tone>> = {
  out: 'bad',
  soon: 'bad',
  low: 'warn',
  ok: 'ok',
  still: 'calm',
}

/** A state in a word or two, as the filter offers it. */
export const STATES: Readonly<Record<StockState, string>> = {
  out: 'out of stock',
  soon: 'runs out too soon',
  low: 'short if sales are strong',
  ok: 'lasts',
  still: 'no sale expected',
}

/** How long stock lasts, in a chip: `out`, `today`, `5 days`. */
export function lastsWords(state: StockState, days: number | null): string {
  if (state === 'out') return 'out'
  if (state === 'still') return 'no sale'
  if (days === null) return 'over a year'
  return days < 1 ? 'today' : formatPlural(Math.floor(days), 'day')
}

/** At how many of its sites a product is gone or nearly so. */
export function sitesWords({ cells }: StockRow): string {
  if (cells.length === 0) return 'at no site'
  const gone = cells.filter(({ state }) => state === 'out').length
  const of = formatPlural(cells.length, 'site')
  return gone === 0 ? `at ${of}` : `out at ${gone} of ${of}`
}
