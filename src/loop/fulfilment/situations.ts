import { greatCircleKm } from '../../core/great-circle.ts'
import {
  chargeableKg,
  createLookUp,
  type DepartureRoom,
  type LookUp,
  type LookUpSettings,
  MILLS_PER_CENT,
  type RouteSet,
  unitsOf,
} from '../../core/routes/door.ts'
import {
  type OrderToAssign,
  type ParcelPrice,
  type ProductPhysics,
  promise,
  type Situation,
  type StockBook,
} from '../../fulfilment/index.ts'
import type { FulfilmentFacts } from './facts.ts'

// Words of a cell of the stock book; see its types.
const CELL_WORDS = 4
const ON_HAND = 1
const RESERVED = 2

/** Size of a product that no table knows any more: a shoe box. */
const USUAL_SIZE: ProductPhysics = { kg: 0.5, m3: 0.004 }

/** What assignments look at, over live stock and routes. */
export interface Situations {
  /** The situation of an order that is routed by `set`. */
  of(set: RouteSet): Situation
  /** The situation of orders of several areas, each routed by the set that serves its own. */
  across(setOf: (area: number) => RouteSet): Situation
  /** Units that can be taken now; of a site that ships nothing, none. */
  readonly stock: Pick<Situation, 'available' | 'sitesWith'>
  /** Number in a set of a site of the stock book; −1 where the set has none. */
  siteIn(set: RouteSet, site: number): number
  readonly physics: (product: number) => ProductPhysics
  /** Takes up sizes of products that the stock book knows by now. */
  learn(sizes: Pick<FulfilmentFacts, 'productIds' | 'kg' | 'm3'>): void
}

export interface SituationParts {
  readonly stock: StockBook
  readonly facts: FulfilmentFacts
  readonly room: DepartureRoom
  readonly settings: LookUpSettings
  /** What buildings can still handle; undefined where they have no limits. */
  readonly handling: () => promise.HandlingRoom | undefined
  /** True for a site (of the stock book) that ships nothing now. */
  readonly isClosed: (site: number) => boolean
  /** What a unit is worth where it lies, cents. */
  readonly worthCents: (site: number, product: number) => number
}

export function createSituations(parts: SituationParts): Situations {
  const { stock, facts, room, settings, handling, isClosed, worthCents } = parts
  const siteFact = new Map(facts.siteIds.map((id, i) => [id, i]))
  const sizes: ProductPhysics[] = []
  const learn: Situations['learn'] = ({ productIds, kg, m3 }) => {
    productIds.forEach((id, i) => {
      const product = stock.productOf(id)
      if (product >= 0) sizes[product] = { kg: kg[i]!, m3: m3[i]! }
    })
  }
  learn(facts)
  const physics = (product: number) => sizes[product] ?? USUAL_SIZE
  const views = new WeakMap<RouteSet, SetView>()
  const viewOf = (set: RouteSet) => {
    let view = views.get(set)
    if (view === undefined) {
      const numbers = new Map(set.siteIds.map((id, site) => [id, site]))
      view = {
        lookUp: createLookUp(set, room, settings),
        sites: Int32Array.from(stock.siteIds, (id) => numbers.get(id) ?? -1),
      }
      views.set(set, view)
    }
    return view
  }
  const distanceKm = (site: number, area: number) => {
    const at = siteFact.get(stock.siteIds[site]!)
    if (at === undefined) return Number.POSITIVE_INFINITY
    const [lat, lon] = [facts.siteLat[at]!, facts.siteLon[at]!]
    return greatCircleKm(lat, lon, facts.areaLat[area]!, facts.areaLon[area]!)
  }
  const units = {
    available: (site: number, product: number) =>
      isClosed(site) ? 0 : availableAt(stock, site, product),
    sitesWith: (product: number) => sitesWith(stock, product).filter((site) => !isClosed(site)),
  }
  const across = (setOf: (area: number) => RouteSet): Situation => ({
    sites: stock.siteIds.length,
    ...units,
    physics,
    price(site, order, kg, m3) {
      const set = setOf(order.area)
      const from = handledAt(handling(), site, order)
      if (!(from < order.promisedBy)) return undefined
      return priceBy(set, viewOf(set), settings, site, { ...order, now: from }, kg, m3)
    },
    distanceKm,
    unitWorthCents: worthCents,
  })
  return {
    stock: units,
    physics,
    learn,
    siteIn: (set, site) => viewOf(set).sites[site] ?? -1,
    of: (set) => across(() => set),
    across,
  }
}

/**
 * Epoch minute by which a site has handled an order. It is asked for all units of the order, also
 * where a site sends some of them: never too early.
 */
function handledAt(
  room: promise.HandlingRoom | undefined,
  site: number,
  { now, lines }: OrderToAssign,
): number {
  if (room === undefined) return now
  const units = lines.reduce((sum, { quantity }) => sum + quantity, 0)
  return promise.handledFrom(room, site, now, promise.handlingNeed(room, units))
}

interface SetView {
  readonly lookUp: LookUp
  /** Number in the set of each site of the stock book. */
  readonly sites: Int32Array
}

function priceBy(
  set: RouteSet,
  { lookUp, sites }: SetView,
  settings: LookUpSettings,
  site: number,
  order: { readonly area: number; readonly now: number; readonly promisedBy: number },
  kg: number,
  m3: number,
): ParcelPrice | undefined {
  const at = sites[site] ?? -1
  if (at < 0) return undefined
  const units = unitsOf(m3)
  const pair = order.area * set.siteIds.length + at
  const charged = chargeableKg(units, kg, settings)
  const route = lookUp.find(pair, order.now, order.promisedBy, units, charged)
  return route < 0 ? undefined : { route, cents: lookUp.mills[0]! / MILLS_PER_CENT }
}

function availableAt(stock: StockBook, site: number, product: number): number {
  const { index, cells } = stock
  const first = index[2 * product]!
  const end = first + CELL_WORDS * index[2 * product + 1]!
  for (let at = first; at < end; at += CELL_WORDS) {
    if (cells[at] === site) return Math.max(0, cells[at + ON_HAND]! - cells[at + RESERVED]!)
  }
  return 0
}

function sitesWith(stock: StockBook, product: number): number[] {
  const { index, cells } = stock
  const first = index[2 * product]!
  const end = first + CELL_WORDS * index[2 * product + 1]!
  const found: number[] = []
  for (let at = first; at < end; at += CELL_WORDS) {
    if (cells[at + ON_HAND]! > cells[at + RESERVED]!) found.push(cells[at]!)
  }
  return found.sort((a, b) => a - b)
}
