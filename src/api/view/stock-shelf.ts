import type { ExpectedReceipt, StockBook } from '../../fulfilment/index.ts'
import type { StockState } from '../schemas/stock-pages.ts'
import { stockState } from '../schemas/stock-pages.ts'
import { type Arrival, coverOf, type DailyDemand, demandOn } from './stock-cover.ts'
import { demandOf, type StockFacts } from './stock-facts.ts'

const DAY_MS = 86_400_000
/** Words of a cell of the stock book. */
const CELL_WORDS = 4
const STATES: readonly StockState[] = stockState.options

/** Live stock with what is known of its products. */
export interface StockSource {
  readonly book: StockBook
  expected(siteId: string, productId: string): readonly ExpectedReceipt[]
  readonly facts: StockFacts
  /** Part of the store's demand that a site is nearest to. */
  shareOf(siteId: string): number
  /** Epoch ms. */
  readonly now: number
}

/** Counts of a product at one site. */
export interface Counts {
  readonly site: number
  readonly onHand: number
  readonly reserved: number
  readonly incoming: number
}

/** The sites that know a product, in the order of the book's sites. */
export function countsOf({ index, cells }: StockBook, product: number): Counts[] {
  const first = index[2 * product]!
  return Array.from({ length: index[2 * product + 1]! }, (_, i) => {
    const at = first + CELL_WORDS * i
    return {
      ...{ site: cells[at]!, onHand: cells[at + 1]! },
      ...{ reserved: cells[at + 2]!, incoming: cells[at + 3]! },
    }
  }).sort((a, b) => a.site - b.site)
}

/** How stock of a product, or of a product at a site, stands to what will sell. */
export interface StockStand {
  readonly state: StockState
  readonly zeroAt: number
  readonly lost: number
  /** Days from now to the next delivery, and the units in it; 0 where it would have to be ordered. */
  readonly nextDay: number
  readonly nextUnits: number
}

/**
 * Judges `available` units against the demand for them. Out: nothing is left. Soon: sales are missed
 * before what is ordered today arrives. Low: so where sales are at their 95 % quantile.
 */
export function standOf(
  available: number,
  demand: DailyDemand,
  { factor, strong, leadDays }: { factor: number; strong: number; leadDays: number },
  arrivals: readonly Arrival[],
): StockStand {
  const first = arrivals[0]
  const comes = first !== undefined && first.day < leadDays
  const next = {
    nextDay: comes ? first.day : leadDays,
    nextUnits: comes ? first.units : 0,
  }
  if (!sells(demand)) return { state: 'still', zeroAt: Number.POSITIVE_INFINITY, lost: 0, ...next }
  const question = { available, demand, factor, arrivals, leadDays }
  const { zeroAt, lost } = coverOf(question)
  const isLow = () => coverOf({ ...question, factor: factor * strong }).zeroAt < leadDays
  const state = available <= 0 ? 'out' : zeroAt < leadDays ? 'soon' : isLow() ? 'low' : 'ok'
  return { state, zeroAt, lost, ...next }
}

/** Whether a forecast expects any sale; false where there is none. */
function sells(demand: DailyDemand): boolean {
  if (demand.beyond > 0) return true
  for (let day = 0; day < demand.days; day++) if (demandOn(demand, day) > 0) return true
  return false
}

/** What is on its way to sites, by the day of its median. */
export function arrivalsOf(
  { book, expected, now }: StockSource,
  product: number,
  counts: readonly Counts[],
): Arrival[] {
  return counts
    .filter(({ incoming }) => incoming > 0)
    .flatMap(({ site }) => expected(book.siteIds[site]!, book.productIds[product]!))
    .map(({ arrivesBy, quantity }) => ({ day: dayFrom(arrivesBy[1], now), units: quantity }))
    .sort((a, b) => a.day - b.day)
}

/** Midnights (UTC) between now and `at`; 0 where it is past. */
export const dayFrom = (at: number, now: number): number =>
  Math.max(0, Math.floor(at / DAY_MS) - Math.floor(now / DAY_MS))

/** The part of a product's demand that falls to each of the sites that know it; sums to 1. */
export function siteShares({ book, shareOf }: StockSource, counts: readonly Counts[]): number[] {
  const shares = counts.map(({ site }) => shareOf(book.siteIds[site]!))
  const sum = shares.reduce((all, share) => all + share, 0)
  return shares.map((share) => (sum > 0 ? share / sum : 1 / counts.length))
}

/** Units that can be sold. */
export const availableOf = ({ onHand, reserved }: Omit<Counts, 'site' | 'incoming'>): number =>
  Math.max(0, onHand - reserved)

/** A product judged as a whole, or at one of its sites. */
export function judgeProduct(
  source: StockSource,
  product: number,
  counts: readonly Counts[],
  only: Counts | undefined,
): StockStand {
  const { facts } = source
  const of = {
    factor: only === undefined ? 1 : siteShares(source, counts)[counts.indexOf(only)]!,
    strong: facts.strong[product]!,
    leadDays: facts.leadDays[product]!,
  }
  const judged = only === undefined ? counts : [only]
  // Each site's own: what one has too much of another has promised.
  const available = judged.reduce((sum, cell) => sum + availableOf(cell), 0)
  const arrivals = arrivalsOf(source, product, judged)
  return standOf(available, demandOf(facts, product), of, arrivals)
}

/** All products as the page sorts and filters them; by product of the book. */
export interface Shelf {
  /** Those that are listed. */
  readonly products: Int32Array
  /** Places in the list of states. */
  readonly states: Uint8Array
  readonly zeroAt: Float32Array
  readonly lost: Float32Array
  /** NaN where no price is known. */
  readonly stakeCents: Float64Array
  readonly onHand: Int32Array
  readonly reserved: Int32Array
  readonly available: Int32Array
  readonly incoming: Int32Array
}

/** Judges every product, or what site `only` (its number) holds of it. O(cells + products × days). */
export function judgeShelf(source: StockSource, only: number | undefined): Shelf {
  const { book, facts } = source
  const { length } = book.productIds
  const listed: number[] = []
  const shelf = {
    ...{ states: new Uint8Array(length), zeroAt: new Float32Array(length) },
    ...{ lost: new Float32Array(length), stakeCents: new Float64Array(length) },
    ...{ onHand: new Int32Array(length), reserved: new Int32Array(length) },
    ...{ available: new Int32Array(length), incoming: new Int32Array(length) },
  }
  for (let product = 0; product < length; product++) {
    const counts = countsOf(book, product)
    const at = only === undefined ? undefined : counts.find(({ site }) => site === only)
    if (only !== undefined && at === undefined) continue
    const stand = judgeProduct(source, product, counts, at)
    if (counts.length === 0 && stand.state === 'still') continue
    listed.push(product)
    for (const cell of at === undefined ? counts : [at]) {
      shelf.onHand[product]! += cell.onHand
      shelf.reserved[product]! += cell.reserved
      shelf.available[product]! += availableOf(cell)
      shelf.incoming[product]! += cell.incoming
    }
    shelf.states[product] = STATES.indexOf(stand.state)
    shelf.zeroAt[product] = stand.zeroAt
    shelf.lost[product] = stand.lost
    shelf.stakeCents[product] = stand.lost === 0 ? 0 : stand.lost * facts.marginCents[product]!
  }
  return { products: Int32Array.from(listed), ...shelf }
}

/** The state of a product of a shelf. */
export const stateOn = (shelf: Shelf, product: number): StockState =>
  STATES[shelf.states[product]!]!
