import type {
  AssignedParcel,
  Assignment,
  AssignmentStrategy,
  OrderLine,
  OrderToAssign,
  Situation,
} from '../../assign/types.ts'
import type { ReevaluateSettings } from '../knobs.ts'
import { onlyThese } from './stock-overlay.ts'
import type { HeldParcel, OpenOrder, OrderShare } from './types.ts'

/** Orders that travel together (mostly one), with the plan that the search has for them. */
export interface Bundle {
  readonly orders: readonly OpenOrder[]
  /** What other sites are looked for with: the promise less the margin that a change must leave. */
  readonly request: OrderToAssign
  /** Units by site, as they are reserved at this point of the search. */
  parcels: readonly HeldParcel[]
  /** Cents of that plan; Infinity where it cannot keep the promise. */
  cents: number
  /** What each order holds of it. */
  shares: readonly OrderShare[]
}

/** What bundles go by. */
export type BundleSettings = Pick<ReevaluateSettings, 'parcelWorthCents' | 'changeMarginMinutes'>

/** Lines of all parcels, one a product, in order of products. */
export function joinedLines(parcels: readonly HeldParcel[]): OrderLine[] {
  const units = new Map<number, number>()
  for (const { lines } of parcels) {
    for (const { product, quantity } of lines) {
      units.set(product, (units.get(product) ?? 0) + quantity)
    }
  }
  return [...units]
    .map(([product, quantity]) => ({ product, quantity }))
    .sort((a, b) => a.product - b.product)
}

/**
 * A bundle of orders as they stand: picked when the first of them is, promised by the earliest
 * promise. Its cents are those of shipping what it holds from where it holds it.
 */
export function bundleOf(
  orders: readonly OpenOrder[],
  strategy: AssignmentStrategy,
  situation: Situation,
  { parcelWorthCents, changeMarginMinutes }: BundleSettings,
): Bundle {
  const parcels = orders.flatMap((order) => order.parcels)
  const standing: OrderToAssign = {
    orderId: orders[0]!.orderId,
    area: orders[0]!.area,
    lines: joinedLines(parcels),
    now: Math.min(...orders.map(({ pickFrom }) => pickFrom)),
    promisedBy: Math.min(...orders.map(({ promisedBy }) => promisedBy)),
  }
  const kept = strategy.assign(standing, onlyThese(situation, parcels))
  const shares = orders.map((order) => ({
    orderId: order.orderId,
    parcels: order.parcels,
    travelsIn: order.parcels.map(() => 0),
  }))
  const cents = kept === undefined ? Infinity : centsOf(kept, parcelWorthCents)
  const request = { ...standing, promisedBy: standing.promisedBy - changeMarginMinutes }
  return { orders, request, parcels, cents, shares }
}

/** What an assignment is compared by: its cents, and what its parcels are worth avoiding. */
export function centsOf(
  { shippingCents, opportunityCents, parcels }: Assignment,
  parcelWorthCents: number,
): number {
  return shippingCents + opportunityCents + parcelWorthCents * parcelCount(parcels)
}

/** Sites that parcels leave from, each once. */
export function parcelCount(parcels: readonly HeldParcel[]): number {
  return new Set(parcels.map(({ site }) => site)).size
}

/**
 * Divides parcels among orders. Units that an order holds at a site stay its own as far as the
 * parcels go, so that each order's move takes free units alone; the rest goes to whom it lacks.
 */
export function shareOut(
  held: readonly OrderShare[],
  parcels: readonly AssignedParcel[],
): readonly OrderShare[] {
  const needs = held.map((share) => unitsOf(share.parcels))
  const own = held.map((share) => cellsOf(share.parcels))
  const left = parcels.map(({ lines }) => lines.map(({ quantity }) => quantity))
  const given = held.map(() => parcels.map((): OrderLine[] => []))
  for (const ownFirst of [true, false]) {
    parcels.forEach(({ site, lines }, at) => {
      lines.forEach(({ product }, line) => {
        held.forEach((_, order) => {
          const need = needs[order]!.get(product) ?? 0
          const cell = `${site}/${product}`
          const most = ownFirst ? (own[order]!.get(cell) ?? 0) : need
          const units = Math.min(left[at]![line]!, need, most)
          if (units <= 0) return
          left[at]![line]! -= units
          needs[order]!.set(product, need - units)
          if (ownFirst) own[order]!.set(cell, most - units)
          give(given[order]![at]!, product, units)
        })
      })
    })
  }
  return held.map(({ orderId }, order) => {
    const used = parcels.flatMap((_, at) => (given[order]![at]!.length > 0 ? [at] : []))
    const mine = used.map((at) => ({ site: parcels[at]!.site, lines: given[order]![at]! }))
    return { orderId, parcels: mine, travelsIn: used }
  })
}

function give(lines: OrderLine[], product: number, units: number): void {
  const at = lines.findIndex((line) => line.product === product)
  if (at < 0) lines.push({ product, quantity: units })
  else lines[at] = { product, quantity: lines[at]!.quantity + units }
}

function unitsOf(parcels: readonly HeldParcel[]): Map<number, number> {
  return new Map(joinedLines(parcels).map(({ product, quantity }) => [product, quantity]))
}

function cellsOf(parcels: readonly HeldParcel[]): Map<string, number> {
  const cells = new Map<string, number>()
  for (const { site, lines } of parcels) {
    for (const { product, quantity } of lines) {
      const cell = `${site}/${product}`
      cells.set(cell, (cells.get(cell) ?? 0) + quantity)
    }
  }
  return cells
}
