import type { Random } from '../../core/random/random.ts'
import type { Table } from '../../core/table.ts'
import type { Catalog } from './catalog.ts'
import { coded, numbers, table } from './columns.ts'
import { apportion } from './population.ts'
import { SITES } from './sites.ts'
import type { Supply } from './supply.ts'

/** A centre for every so many units: goods travel by the case, and a case is not split. */
const UNITS_A_CENTRE = 8
/** Room for stock, as a multiple of the stock that a centre holds at the end of the history. */
const ROOM = 1.4

/** What each centre holds of each product at the end of the history: cells product × centre. */
export interface SiteStock {
  readonly centres: number
  /** Units free to sell; units sold on the last day, which leave tomorrow; units ordered. */
  readonly free: Int32Array
  readonly sold: Int32Array
  readonly incoming: Int32Array
}

/**
 * Splits the stock of every product over the centres. A product lies in one centre for every eight
 * units, drawn by their shares of people without putting back (Efraimidis & Spirakis 2006): what
 * sells fast lies everywhere, the tail in one or two places. Purchases come in at the six large
 * centres. Totals by product are those of the supply.
 */
export function splitStock(
  supply: Supply,
  catalog: Catalog,
  shares: readonly number[],
  days: number,
  random: Random,
): SiteStock {
  const centres = shares.length
  const cells = catalog.count * centres
  const stock: SiteStock = {
    centres,
    free: new Int32Array(cells),
    sold: new Int32Array(cells),
    incoming: new Int32Array(cells),
  }
  const inbound = shares.map((_, s) => SITES[s]?.share ?? 0)
  for (let p = 0; p < catalog.count; p++) {
    const weights = drawCentres(shares, supply.onHand[p]!, random.split(p))
    stock.free.set(apportion(supply.onHand[p]!, weights), p * centres)
    stock.sold.set(apportion(supply.sold[p * days + days - 1]!, weights), p * centres)
    stock.incoming.set(apportion(supply.incoming[p]!, inbound), p * centres)
  }
  return stock
}

/** Shares of the centres that hold a product of so many units, 0 for the others. */
function drawCentres(shares: readonly number[], units: number, random: Random): number[] {
  const count = Math.min(shares.length, Math.max(1, Math.round(units / UNITS_A_CENTRE)))
  const keys = shares.map((share) => random.next() ** (1 / share))
  const chosen = new Set(
    keys
      .map((key, s) => ({ key, s }))
      .sort((a, b) => b.key - a.key || a.s - b.s)
      .slice(0, count)
      .map(({ s }) => s),
  )
  return shares.map((share, s) => (chosen.has(s) ? share * (0.6 + 0.8 * random.next()) : 0))
}

/** m³ of room in each centre: somewhat more than what it holds and expects today. */
export function centreRoom(
  { centres, free, sold, incoming }: SiteStock,
  catalog: Catalog,
): number[] {
  const volume = new Float64Array(centres)
  for (let cell = 0; cell < free.length; cell++) {
    const units = free[cell]! + sold[cell]! + incoming[cell]!
    volume[cell % centres]! += units * catalog.volumeM3[Math.floor(cell / centres)]!
  }
  return Array.from(volume, (m3) => Math.ceil(ROOM * m3) + 1)
}

/**
 * stock, counted in the last second of asOf, which ends at `endsAt` (epoch ms). on_hand counts the
 * units sold on asOf, which leave tomorrow, as committed: on_hand − committed can be sold. The six
 * large centres have a row for every product, the others for what they hold.
 */
export function stockTable(
  stock: SiteStock,
  catalog: Catalog,
  siteIds: readonly string[],
  endsAt: number,
): Table {
  const { centres, free, sold, incoming } = stock
  const rows: number[] = []
  for (let cell = 0; cell < free.length; cell++) {
    const isKept = cell % centres < SITES.length || free[cell]! + sold[cell]! + incoming[cell]! > 0
    if (isKept) rows.push(cell)
  }
  const pick = (value: (cell: number) => number) => numbers(Float64Array.from(rows, value))
  return table({
    site_id: coded(
      rows.map((cell) => cell % centres),
      siteIds,
    ),
    product_id: coded(
      rows.map((cell) => Math.floor(cell / centres)),
      catalog.ids,
    ),
    as_of: pick(() => endsAt - 1000),
    on_hand: pick((cell) => free[cell]! + sold[cell]!),
    committed: pick((cell) => sold[cell]!),
    incoming: pick((cell) => incoming[cell]!),
  })
}
