import { requireArgument } from '../../core/errors.ts'
import { MILLS_PER_CENT, type RouteSet, readRoute } from '../../core/routes/door.ts'
import { statedArrivals } from './arrival-times.ts'
import { type CartGoal, partExactly } from './exact-cart.ts'
import { partGreedily } from './greedy-cart.ts'
import { checkHandling } from './handling-book.ts'
import type { PromiseSettings } from './knobs.ts'
import { createPairScan, type PairScan } from './pair-scan.ts'
import { createParcelFinder, type FoundParcel, type ParcelFinder } from './parcel-finder.ts'
import { type Part, partsOf } from './supplies.ts'
import type {
  PromiseAnswer,
  PromiseBlock,
  PromisedParcel,
  PromiseOffer,
  PromiseRequest,
  Promiser,
  PromiseSources,
} from './types.ts'

/**
 * A promiser on live sources. Takes nothing: between a promise and its order others may take the
 * stock or the room, so that the order reserves what it was promised (`takePromise`).
 *
 * The earliest is the soonest arrival and, of what arrives by then, the cheapest; the cheapest costs
 * least of all that arrives within the window and, among equals, arrives first. Throws ERR_ARGUMENT
 * on quantities that are no positive whole numbers, an empty cart, a time that is no whole minute.
 */
export function createPromiser(sources: PromiseSources, settings: PromiseSettings): Promiser {
  if (sources.handling !== undefined) {
    checkHandling(sources.handling, sources.stock.siteIds.length)
  }
  const views = new WeakMap<RouteSet, SetView>()
  return {
    promise(request) {
      checkRequest(request)
      const unknown = request.lines.findIndex((line) => !isProduct(sources, line.product))
      if (unknown >= 0) return blocked('unknown-product', unknown)
      if (!Number.isInteger(request.area) || request.area < 0) return blocked('unknown-area')
      const set = sources.routesOf(request.area)
      if (request.area >= set.areaIds.length) return blocked('unknown-area')
      const { now } = request
      if (now < set.baseMinute || now > set.baseMinute + set.spanMinutes) {
        return blocked('outside-route-set')
      }
      let view = views.get(set)
      if (view === undefined || view.stockSites !== sources.stock.siteIds.length) {
        view = viewOf(set, sources, settings)
        views.set(set, view)
      }
      return answer(view, sources, settings, request)
    },
  }
}

/** What is made once for a set. */
interface SetView {
  readonly set: RouteSet
  readonly stockSites: number
  /** Number in the set of each site of the stock book; −1 where it has none. */
  readonly setSites: Int32Array
  readonly scan: PairScan
}

function viewOf(set: RouteSet, sources: PromiseSources, settings: PromiseSettings): SetView {
  const numbers = new Map(set.siteIds.map((id, site) => [id, site]))
  const { siteIds } = sources.stock
  return {
    set,
    stockSites: siteIds.length,
    setSites: Int32Array.from(siteIds, (id) => numbers.get(id) ?? -1),
    scan: createPairScan(set, statedArrivals(set), sources.room, settings.lookUp),
  }
}

function answer(
  view: SetView,
  sources: PromiseSources,
  settings: PromiseSettings,
  request: PromiseRequest,
): PromiseAnswer {
  const { set, setSites, scan } = view
  const { area, now } = request
  const chance = request.kind === 'guaranteed' ? 1 - settings.risk : 0.5
  const query = { now, chance, receivingMinutes: settings.receivingMinutes, setSites }
  const parts: Part[] = []
  for (const [i, line] of joined(request).entries()) {
    const found = partsOf(sources, i, line.product, line.quantity, query)
    if (found.length === 0) return blocked('no-stock', lineOf(request, line.product))
    parts.push(...found)
  }
  const finder = createParcelFinder({
    ...{ sources, settings, set, area, now, scan, scanOfIncoming: scan },
  })
  const offers = solve(parts, finder, request, settings)
  if ('blockedPart' in offers) {
    const { product } = offers.blockedPart
    return blocked(whyBlocked(view, offers.blockedPart, request), lineOf(request, product))
  }
  return {
    earliest: offerOf(set, request, offers.earliest),
    cheapest: offerOf(set, request, offers.cheapest),
    blockedBy: undefined,
  }
}

interface Solved {
  readonly earliest: readonly FoundParcel[]
  readonly cheapest: readonly FoundParcel[]
}

/**
 * No cart arrives before the slowest of its parts alone, and each part may go alone: that is the date
 * of a whole cart, and parting it is a matter of cost.
 */
function solve(
  parts: readonly Part[],
  finder: ParcelFinder,
  { delivery }: PromiseRequest,
  settings: PromiseSettings,
): Solved | { readonly blockedPart: Part } {
  const dates: number[] = []
  for (const part of parts) {
    const date = soonest(part, finder)
    if (date === Infinity) return { blockedPart: part }
    dates.push(date)
  }
  const last = Math.max(...dates)
  const early: CartGoal =
    delivery === 'whole'
      ? { until: () => last, first: 'cost' }
      : { until: (members) => Math.min(...members.map((i) => dates[i]!)), first: 'parcels' }
  const partCart = parts.length <= settings.exactLines ? partExactly : partGreedily
  const earliest = partCart(parts, finder, early)
  const cheapest = partCart(parts, finder, { until: () => undefined, first: 'cost' })
  // A part that cannot come within the window comes at all: the earliest is the cheapest then.
  return { earliest: earliest!, cheapest: cheapest ?? earliest! }
}

function soonest(part: Part, finder: ParcelFinder): number {
  let date = Infinity
  for (const { site } of part.supplies) {
    const parcel = finder.earliest(site, [part])
    if (parcel !== undefined) date = Math.min(date, parcel.arriveBy)
  }
  return date
}

function offerOf(
  set: RouteSet,
  { area, kind }: PromiseRequest,
  found: readonly FoundParcel[],
): PromiseOffer {
  const parcels = found.map((parcel) => promisedParcel(set, area, parcel))
  return {
    kind,
    arriveBy: Math.max(...parcels.map((parcel) => parcel.arriveBy)),
    orderBy: Math.min(...parcels.map((parcel) => parcel.orderBy)),
    costCents: parcels.reduce((sum, parcel) => sum + parcel.costCents, 0),
    parcels,
  }
}

function promisedParcel(set: RouteSet, area: number, found: FoundParcel): PromisedParcel {
  const { site, parts, supplies, route } = found
  const { legs } = readRoute(set, area * set.siteIds.length + site, route)
  const claims = supplies.flatMap((supply) => supply.claims)
  return {
    site,
    lines: parts.map(({ product, quantity }) => ({ product, quantity })),
    ...{ routeVersion: set.version, route },
    orderBy: set.baseMinute + found.orderBy,
    shipsBy: set.departures.minute[legs[0]!]!,
    arriveBy: set.baseMinute + found.arriveBy,
    costCents: found.mills / MILLS_PER_CENT,
    fromIncoming: claims.length > 0,
    claims,
  }
}

/** Whether it is the room or the routes that a part lacks. */
function whyBlocked({ set }: SetView, part: Part, { area, now }: PromiseRequest): PromiseBlock {
  const isOpen = part.supplies.some(({ site, readyAt }) => {
    const pair = area * set.siteIds.length + site
    const count = set.index[2 * pair + 1]!
    const from = Math.max(now, readyAt) - set.baseMinute
    return count > 0 && readRoute(set, pair, count - 1).orderBy >= from
  })
  return isOpen ? 'no-capacity' : 'no-route'
}

/** Lines of one product count together. */
function joined({ lines }: PromiseRequest): PromiseRequest['lines'] {
  const quantities = new Map<number, number>()
  for (const { product, quantity } of lines) {
    quantities.set(product, (quantities.get(product) ?? 0) + quantity)
  }
  return Array.from(quantities, ([product, quantity]) => ({ product, quantity }))
}

function lineOf({ lines }: PromiseRequest, product: number): number {
  return lines.findIndex((line) => line.product === product)
}

function isProduct({ stock, sizes }: PromiseSources, product: number): boolean {
  const known = Math.min(stock.productIds.length, sizes.words.length / 2)
  return Number.isInteger(product) && product >= 0 && product < known
}

function blocked(block: PromiseBlock, line?: number): PromiseAnswer {
  return { earliest: undefined, cheapest: undefined, blockedBy: { block, line } }
}

function checkRequest({ lines, now }: PromiseRequest): void {
  requireArgument(lines.length > 0, 'a cart without lines cannot be promised')
  requireArgument(Number.isInteger(now), `${now} is no whole epoch minute`)
  for (const { quantity } of lines) {
    requireArgument(
      Number.isInteger(quantity) && quantity > 0,
      `${quantity} is no quantity: state whole units, at least 1`,
    )
  }
}
