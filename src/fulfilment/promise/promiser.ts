import { requireArgument } from '../../core/errors.ts'
import { MILLS_PER_CENT, type RouteSet, readRoute } from '../../core/routes/door.ts'
import { type CartGoal, partExactly } from './exact-cart.ts'
import { partGreedily } from './greedy-cart.ts'
import { checkHandling } from './handling-book.ts'
import type { PromiseSettings } from './knobs.ts'
import { createParcelFinder, type FoundParcel, type ParcelFinder } from './parcel-finder.ts'
import { createPromiseBatch, OFFERED, type PromiseBatch, UNDECIDED } from './promise-batch.ts'
import { type KindView, SetView } from './set-view.ts'
import { type Part, partsOf } from './supplies.ts'
import type {
  PromiseAnswer,
  PromiseBlock,
  PromisedParcel,
  PromiseKind,
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
  const viewFor = createViews(sources, settings)
  const single = createPromiseBatch(1)
  return {
    promise(request) {
      checkRequest(request)
      const unknown = request.lines.findIndex((line) => !isProduct(sources, line.product))
      if (unknown >= 0) return blocked('unknown-product', unknown)
      if (!Number.isInteger(request.area) || request.area < 0) return blocked('unknown-area')
      const set = sources.routesOf(request.area)
      if (request.area >= set.areaIds.length) return blocked('unknown-area')
      if (!covers(set, request.now)) return blocked('outside-route-set')
      const view = viewFor(set, request.kind)
      const fast = request.lines.length === 1 ? fromShelf(view, single, request) : undefined
      return fast ?? fromCart(view, sources, settings, request)
    },
    promiseMany(batch, length) {
      let [from, set, kind] = [0, undefined as RouteSet | undefined, -1]
      const run = (to: number) => {
        if (set === undefined || from === to) return
        viewFor(set, kind === 0 ? 'guaranteed' : 'approximate').shelf.run(batch, from, to)
      }
      for (let i = 0; i < length; i++) {
        const area = batch.area[i]!
        const isKnown = isProduct(sources, batch.product[i]!) && area >= 0 && batch.quantity[i]! > 0
        const own = isKnown ? sources.routesOf(area) : undefined
        const isIn = own !== undefined && area < own.areaIds.length && covers(own, batch.now[i]!)
        if (isIn && own === set && batch.kind[i] === kind) continue
        run(i)
        ;[from, set, kind] = isIn ? [i, own, batch.kind[i]!] : [i + 1, undefined, -1]
        if (!isIn) batch.code[i] = UNDECIDED
      }
      run(length)
    },
  }
}

/** Views of sets, made when they are first asked for and gone with their set. */
function createViews(sources: PromiseSources, settings: PromiseSettings) {
  const views = new WeakMap<RouteSet, SetView>()
  let last: KindView | undefined
  return (set: RouteSet, kind: PromiseKind): KindView => {
    const isLast = last?.set === set && last.kind === kind
    if (isLast && last!.setSites.length === sources.stock.siteIds.length) return last!
    let view = views.get(set)
    if (view === undefined || view.stockSites !== sources.stock.siteIds.length) {
      view = new SetView(set, sources, settings)
      views.set(set, view)
    }
    last = view.of(kind)
    return last
  }
}

function covers({ baseMinute, spanMinutes }: RouteSet, now: number): boolean {
  return now >= baseMinute && now <= baseMinute + spanMinutes
}

/** One line that a site has on its shelf: by the fast path; undefined where it has no answer. */
function fromShelf(
  view: KindView,
  single: PromiseBatch,
  { lines, area, now, kind }: PromiseRequest,
): PromiseAnswer | undefined {
  const [line] = lines
  single.product[0] = line!.product
  single.quantity[0] = line!.quantity
  single.area[0] = area
  single.now[0] = now
  view.shelf.run(single, 0, 1)
  if (single.code[0] !== OFFERED) return undefined
  const offer = (site: number, route: number, arriveBy: number, mills: number): PromiseOffer => {
    const { set } = view
    const { orderBy, legs } = readRoute(set, area * set.siteIds.length + site, route)
    const parcel: PromisedParcel = {
      ...{ site, lines: [line!], routeVersion: set.version, route },
      ...{ orderBy: set.baseMinute + orderBy, shipsBy: set.departures.minute[legs[0]!]! },
      ...{ arriveBy, costCents: mills / MILLS_PER_CENT, fromIncoming: false, claims: [] },
    }
    return offerOf(kind, [parcel])
  }
  const { earliestSite, earliestRoute, earliestArriveBy, earliestMills } = single
  const { cheapestSite, cheapestRoute, cheapestArriveBy, cheapestMills } = single
  return {
    earliest: offer(earliestSite[0]!, earliestRoute[0]!, earliestArriveBy[0]!, earliestMills[0]!),
    cheapest: offer(cheapestSite[0]!, cheapestRoute[0]!, cheapestArriveBy[0]!, cheapestMills[0]!),
    blockedBy: undefined,
  }
}

function fromCart(
  view: KindView,
  sources: PromiseSources,
  settings: PromiseSettings,
  request: PromiseRequest,
): PromiseAnswer {
  const { set, setSites, scan, scanOfIncoming, receiptChance } = view
  const { area, now, kind } = request
  const { receivingMinutes } = settings
  const query = { now, chance: receiptChance, receivingMinutes, setSites }
  const parts: Part[] = []
  for (const [i, line] of joined(request).entries()) {
    const found = partsOf(sources, i, line.product, line.quantity, query)
    if (found.length === 0) return blocked('no-stock', lineOf(request, line.product))
    parts.push(...found)
  }
  const finder = createParcelFinder({ sources, settings, set, area, now, scan, scanOfIncoming })
  const offers = solve(parts, finder, request, settings)
  if ('blockedPart' in offers) {
    const { product } = offers.blockedPart
    return blocked(whyBlocked(set, offers.blockedPart, request), lineOf(request, product))
  }
  const offer = (found: readonly FoundParcel[]) =>
    offerOf(
      kind,
      found.map((parcel) => promisedParcel(set, area, parcel)),
    )
  return {
    earliest: offer(offers.earliest),
    cheapest: offer(offers.cheapest),
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

function offerOf(kind: PromiseKind, parcels: readonly PromisedParcel[]): PromiseOffer {
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
function whyBlocked(set: RouteSet, part: Part, { area, now }: PromiseRequest): PromiseBlock {
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
