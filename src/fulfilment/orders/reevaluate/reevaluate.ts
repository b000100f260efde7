import type { KnobSettings } from '../../../core/knobs.ts'
import type { StopRule } from '../../../core/optimize/stop.ts'
import type {
  Assignment,
  AssignmentStrategy,
  OrderToAssign,
  Situation,
} from '../../assign/types.ts'
import { type ReevaluateSettings, reevaluateSettings } from '../knobs.ts'
import { type Bundle, bundleOf, centsOf, parcelCount, shareOut } from './bundle.ts'
import { createHolders, type Holders } from './holders.ts'
import { onlyFrom, StockOverlay } from './stock-overlay.ts'
import type { ChangeKind, OpenOrder, OrderChange, Reevaluation } from './types.ts'

export interface ReevaluateOptions {
  /** Asked before each order is looked at; `iterations` counts assignments. */
  readonly stop: StopRule
  readonly knobs?: KnobSettings
}

/** A search under way. */
interface Search {
  readonly strategy: AssignmentStrategy
  readonly situation: Situation
  readonly stock: StockOverlay
  readonly settings: ReevaluateSettings
  readonly holders: Holders
  readonly changes: OrderChange[]
  assigned: number
  sinceImprovement: number
  saved: number
}

/**
 * Looks again at orders between assignment and pick, after Xu, Allgor and Graves 2009 (Benefits of
 * reevaluating real-time order fulfillment decisions, M&SOM 11): joins orders of one customer and
 * area, gives each order anew to sites with what is free now (split ones first), and asks orders
 * that hold the last units at a site to go elsewhere where that makes a split order whole. Each step
 * is taken only where it saves money by the strategy's own costs and the worth of a parcel less, keeps
 * every promise with a margin, and takes no unit that is not free after the steps before. Same orders, situation and
 * strategy, same changes; stopped early, what was found stands. O(orders × tries) assignments.
 */
export function reevaluate(
  orders: readonly OpenOrder[],
  situation: Situation,
  strategy: AssignmentStrategy,
  { stop, knobs = {} }: ReevaluateOptions,
): Reevaluation {
  const settings = reevaluateSettings(knobs)
  const bundles = bundlesOf(orders).map((group) => bundleOf(group, strategy, situation, settings))
  const parcelsBefore = sum(bundles, ({ parcels }) => parcelCount(parcels))
  const search: Search = {
    ...{ strategy, situation, stock: new StockOverlay(situation), holders: createHolders(bundles) },
    ...{ settings, changes: [] },
    ...{ assigned: bundles.length, sinceImprovement: 0, saved: 0 },
  }
  const isOver = () =>
    stop({
      iterations: search.assigned,
      sinceImprovement: search.sinceImprovement,
      value: -search.saved,
      bound: Number.NEGATIVE_INFINITY,
    })
  const joined = joinCustomers(search, bundles, isOver)
  const worstFirst = [...joined].sort(
    (a, b) => parcelCount(b.parcels) - parcelCount(a.parcels) || b.cents - a.cents,
  )
  for (const bundle of worstFirst) if (!isOver()) moveOne(search, bundle)
  for (const bundle of worstFirst) {
    if (!isOver() && parcelCount(bundle.parcels) > 1) exchange(search, bundle)
  }
  return {
    changes: search.changes,
    savedCents: search.saved,
    parcelsBefore,
    parcelsAfter: sum(joined, ({ parcels }) => parcelCount(parcels)),
    atRisk: joined
      .filter(({ cents }) => cents === Infinity)
      .flatMap((bundle) => bundle.orders.map(({ orderId }) => orderId)),
    assigned: search.assigned,
  }
}

/** Orders that were joined before, together; the others alone. */
function bundlesOf(orders: readonly OpenOrder[]): readonly (readonly OpenOrder[])[] {
  const groups = new Map<string, OpenOrder[]>()
  for (const order of orders) {
    if (order.parcels.length === 0) continue
    const key = order.joined === undefined ? `one ${order.orderId}` : `joined ${order.joined}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [order])
    else group.push(order)
  }
  return [...groups.values()]
}

/** Tries orders of one customer and area in one bundle; returns the bundles that are left. */
function joinCustomers(
  search: Search,
  bundles: readonly Bundle[],
  isOver: () => boolean,
): readonly Bundle[] {
  const left: Bundle[] = []
  const ofCustomer = new Map<string, number>()
  for (const bundle of bundles) {
    const { customer, area } = bundle.orders[0]!
    const key = customer === undefined ? undefined : `${area} ${customer}`
    const at = key === undefined ? undefined : ofCustomer.get(key)
    const joined = at === undefined || isOver() ? undefined : join(search, left[at]!, bundle)
    if (joined !== undefined) {
      left[at!] = joined
      continue
    }
    if (key !== undefined) ofCustomer.set(key, left.length)
    left.push(bundle)
  }
  return left
}

function join(search: Search, a: Bundle, b: Bundle): Bundle | undefined {
  const { strategy, situation } = search
  const orders = [...a.orders, ...b.orders]
  const fresh = bundleOf(
    orders.map((order, index) => ({ ...order, parcels: held(a, b, index) })),
    strategy,
    situation,
    search.settings,
  )
  search.assigned++
  const both: Bundle = { ...fresh, cents: a.cents + b.cents }
  const better = assignAnew(search, both)
  if (better === undefined) return undefined
  search.holders.remove(a)
  search.holders.remove(b)
  search.holders.add(both)
  const before = parcelCount(a.parcels) + parcelCount(b.parcels)
  accept(search, both, better, 'joined', before)
  return both
}

/** What the order at `index` of both bundles' orders holds. */
function held(a: Bundle, b: Bundle, index: number) {
  const share = a.shares[index] ?? b.shares[index - a.shares.length]!
  return share.parcels
}

/** A plan of a bundle and what it is compared by. */
interface Found {
  readonly assignment: Assignment
  readonly cents: number
}

/** The best plan of a bundle with what is free and its own, where that saves enough. */
function assignAnew(search: Search, bundle: Bundle): Found | undefined {
  const { stock, settings } = search
  stock.release(bundle.parcels)
  const found = bestPlan(search, bundle.request)
  stock.take(bundle.parcels)
  if (found === undefined) return undefined
  return bundle.cents - found.cents > settings.leastSavingCents ? found : undefined
}

/**
 * The strategy's own plan, or the best that sends all from one site: a parcel less is worth something
 * here that the strategy does not know of.
 */
function bestPlan(search: Search, request: OrderToAssign): Found | undefined {
  const { stock, strategy } = search
  let best = found(search, strategy.assign(request, stock))
  if (best === undefined || parcelCount(best.assignment.parcels) === 1) return best
  for (let site = 0; site < stock.sites; site++) {
    if (!hasAll(stock, request, site)) continue
    const whole = found(search, strategy.assign(request, onlyFrom(stock, site)))
    if (whole !== undefined && whole.cents < best.cents) best = whole
  }
  return best
}

function hasAll(stock: StockOverlay, { lines }: OrderToAssign, site: number): boolean {
  return lines.every(({ product, quantity }) => stock.available(site, product) >= quantity)
}

function found(search: Search, assignment: Assignment | undefined): Found | undefined {
  search.assigned++
  search.sinceImprovement++
  if (assignment === undefined) return undefined
  return { assignment, cents: centsOf(assignment, search.settings.parcelWorthCents) }
}

function moveOne(search: Search, bundle: Bundle): void {
  const better = assignAnew(search, bundle)
  if (better === undefined) return
  const fewer = parcelCount(better.assignment.parcels) < parcelCount(bundle.parcels)
  accept(search, bundle, better, fewer ? 'merged' : 'moved')
}

/**
 * Looks for a site that could ship the whole bundle if one other order gave up its units of one
 * product there. The other goes first, to where units are free; then this one takes what it left.
 */
function exchange(search: Search, bundle: Bundle): void {
  const { holders, settings } = search
  let tries = settings.exchangeTries
  for (const { site, product, units } of missingOne(search, bundle)) {
    for (const other of holders.at(site, product)) {
      if (other === bundle || other.cents === Infinity) continue
      if (tries-- <= 0) return
      if (tryExchange(search, bundle, other, { site, product, units })) return
    }
  }
}

interface Missing {
  readonly site: number
  readonly product: number
  /** Units that the site lacks. */
  readonly units: number
}

/** Sites that have all of a bundle's lines but one, with what they lack. */
function missingOne({ stock }: Search, bundle: Bundle): readonly Missing[] {
  const { lines } = bundle.request
  const found: Missing[] = []
  stock.release(bundle.parcels)
  for (let site = 0; site < stock.sites; site++) {
    const missing = lines.flatMap(({ product, quantity }) => {
      const units = quantity - stock.available(site, product)
      return units > 0 ? [{ site, product, units }] : []
    })
    if (missing.length === 1) found.push(missing[0]!)
  }
  stock.take(bundle.parcels)
  return found
}

function tryExchange(search: Search, bundle: Bundle, other: Bundle, missing: Missing): boolean {
  const { stock, settings } = search
  const { site, product, units } = missing
  stock.release(other.parcels)
  stock.add(site, product, -units)
  const away = bestPlan(search, other.request)
  stock.add(site, product, units)
  stock.take(other.parcels)
  // A better plan of the other order alone was looked for before; here it only makes room.
  if (away === undefined || away.cents - other.cents >= bundle.cents) return false
  const moved = away.assignment.parcels
  stock.release(other.parcels)
  stock.take(moved)
  stock.release(bundle.parcels)
  const here = bestPlan(search, bundle.request)
  stock.take(bundle.parcels)
  stock.release(moved)
  stock.take(other.parcels)
  if (here === undefined) return false
  const saved = bundle.cents + other.cents - here.cents - away.cents
  if (!(saved > settings.leastSavingCents)) return false
  accept(search, other, away, 'exchanged')
  accept(search, bundle, here, 'exchanged')
  return true
}

function accept(
  search: Search,
  bundle: Bundle,
  plan: Found,
  kind: ChangeKind,
  parcelsBefore = parcelCount(bundle.parcels),
): void {
  const { stock, holders, changes } = search
  const { parcels } = plan.assignment
  const before = bundle.cents
  holders.remove(bundle)
  stock.release(bundle.parcels)
  stock.take(parcels)
  bundle.shares = shareOut(bundle.shares, parcels)
  bundle.parcels = parcels
  bundle.cents = plan.cents
  holders.add(bundle)
  const saved = before - bundle.cents
  if (Number.isFinite(saved)) search.saved += saved
  search.sinceImprovement = 0
  changes.push({
    ...{ kind, orders: bundle.shares, parcels, parcelsBefore },
    ...{ beforeCents: before, afterCents: bundle.cents },
    reason: reasonOf(kind, saved, parcelsBefore, parcelCount(parcels)),
  })
}

const WHY: Readonly<Record<ChangeKind, string>> = {
  moved: 'other sites are cheaper now',
  merged: 'fewer parcels are enough now',
  exchanged: 'an exchange of units with another order makes one of them whole',
  joined: 'orders of one customer travel together',
}

function reasonOf(kind: ChangeKind, saved: number, before: number, after: number): string {
  const parcels =
    before === after ? `${after} parcels as before` : `${after} parcels, not ${before}`
  if (!Number.isFinite(saved))
    return `${WHY[kind]}: the promise could not be kept before; ${parcels}`
  const money =
    saved >= 0 ? `saves ${saved.toFixed(0)} cents` : `costs ${(-saved).toFixed(0)} cents`
  return `${WHY[kind]}: ${money}; ${parcels}`
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}
