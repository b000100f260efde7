import { requireArgument } from '../../core/errors.ts'

/** What a demo store is made of. Same parameters, same store, byte for byte. */
export interface DemoParams {
  /** Any text or number; another seed is another store. Default 1. */
  readonly seed?: string | number
  /** The last day of history, as a day number. Default 2026-03-31. */
  readonly asOf?: number
  /** Days of history, asOf included. Default 730. */
  readonly days?: number
  /** Days after asOf for which `truth` goes on (demand, prices already decided), at most 400. Default 90. */
  readonly futureDays?: number
  /** Default 4,000. */
  readonly products?: number
  /** Default 60. */
  readonly vendors?: number
  /** Orders on a mean day; an order has 2.1 lines in the mean. Default 180. */
  readonly ordersPerDay?: number
  /** Customers who could order. Default: a third of the orders expected. */
  readonly customers?: number
  /** Searches for each order. Default 1.5. */
  readonly searchesPerOrder?: number
  /** Also list every result that was shown as a click row named `view`. Default false. */
  readonly impressions?: boolean
  /** Rows of `sales`: for the whole country, or by state of the customer. Default 'all'. */
  readonly salesBy?: 'all' | 'state'
  /** Last days of history for which load is told minute by minute; 0 = no services at all. Default 0. */
  readonly loadDays?: number
}

export type FullDemoParams = Required<DemoParams>

/** Days after asOf for which the store's calendar, campaigns and prices are laid out in any case. */
export const PLANNED_AHEAD = 400

/** Day number of 2026-03-31. */
const DEFAULT_AS_OF = 20543

/** Lines in an order: probability of 1, 2, … 6. */
export const BASKET_SHARES: readonly number[] = [0.45, 0.25, 0.14, 0.09, 0.04, 0.03]

/** Fills in the defaults. Throws ERR_ARGUMENT on sizes that no store can have. */
export function completeParams(params: DemoParams): FullDemoParams {
  const days = params.days ?? 730
  const ordersPerDay = params.ordersPerDay ?? 180
  const full: FullDemoParams = {
    seed: params.seed ?? 1,
    asOf: params.asOf ?? DEFAULT_AS_OF,
    days,
    futureDays: params.futureDays ?? 90,
    products: params.products ?? 4000,
    vendors: params.vendors ?? 60,
    ordersPerDay,
    customers: params.customers ?? Math.max(1, Math.round((days * ordersPerDay) / 3)),
    searchesPerOrder: params.searchesPerOrder ?? 1.5,
    impressions: params.impressions ?? false,
    salesBy: params.salesBy ?? 'all',
    loadDays: Math.min(days, params.loadDays ?? 0),
  }
  for (const name of ['days', 'products', 'vendors', 'customers'] as const) {
    requireWhole(name, full[name], 1)
  }
  requireWhole('futureDays', full.futureDays, 0)
  requireWhole('loadDays', full.loadDays, 0)
  requireArgument(
    full.futureDays <= PLANNED_AHEAD,
    `futureDays is ${full.futureDays}; give ${PLANNED_AHEAD} at most`,
  )
  requireArgument(Number.isInteger(full.asOf), `asOf is ${full.asOf}; give a day number`)
  requireArgument(full.products <= 100_000, 'a demo store has at most 100,000 products')
  for (const name of ['ordersPerDay', 'searchesPerOrder'] as const) {
    const value = full[name]
    requireArgument(value >= 0 && value <= 1e6, `${name} is ${value}; give 0 to 1,000,000`)
  }
  return full
}

function requireWhole(name: string, value: number, minimum: number): void {
  requireArgument(
    Number.isInteger(value) && value >= minimum && value <= 100_000_000,
    `${name} is ${value}; give a whole number from ${minimum}`,
  )
}
