import { type KnobSettings, readKnob } from '../../../core/knobs.ts'
import type { LinearSolver } from '../../../core/optimize/linear/solver.ts'
import { ASSIGN_KNOBS } from '../knobs.ts'
import { BasketLp } from './basket-lp.ts'
import { cellAt, cellsOf, type StockCells } from './cells.ts'
import {
  type BasketForecast,
  basketsOf,
  singlesOf,
  unitsPerOrder,
  type WayCosts,
} from './forecast.ts'
import { mergeAreas } from './merge-areas.ts'
import { demandByArea, readStock, type StockWorth, type WorthSources } from './stock-worth.ts'

/** Products that share a model: nothing joins them, so that models stay small and few are solved again. */
const PRODUCTS_A_MODEL = 16
/**
 * Models that stay in the solver between solves (about 2 MB each); beyond, each is loaded, solved from
 * scratch and let go, which takes about three times as long.
 */
const MOST_KEPT_MODELS = 256

/** The transport LPs of some products. */
interface Block {
  readonly load: () => BasketLp
  /** The model, while it is kept. */
  lp: BasketLp | undefined
  /** Cells of the block's model, as cells of all. */
  readonly cellOf: Int32Array
  readonly weight: Float64Array
  /** Stock and remaining demand of the last solve. */
  readonly solved: Float64Array
  solvedRemaining: number
}

/**
 * Worths of a transport LP: the duals of
 *
 *   minimize Σ (fixed / units an order + per kg) x(site, area)   Σ over sites = demand of each area
 *   Σ over areas of x ≤ stock of each site
 *
 * for each product (Acimovic and Graves 2015). Orders of many items share a parcel, so that a unit bears
 * its part of the fixed cost. Nothing joins products, so the LP falls into blocks of a few; a block is
 * solved again, warm from its last basis, where its stock beside what is still asked for has moved by
 * `fulfilment.resolve-shift`. Units without a way from an unlimited site are lost at `lostCents`.
 */
export function createTransportWorth(
  solver: LinearSolver,
  sources: WorthSources,
  lostCents: number,
  knobs: KnobSettings = {},
): StockWorth {
  const { cells, orders } = sources
  const shift = readKnob(ASSIGN_KNOBS.resolveShift, knobs)
  const blocks = blocksOf(solver, sources, lostCents, readKnob(ASSIGN_KNOBS.areaMerge, knobs))
  const stock = new Float64Array(cells.site.length)
  const worth = new Float64Array(cells.site.length)
  return {
    worthCents(site, product) {
      const cell = cellAt(cells, product, site)
      return cell < 0 ? 0 : worth[cell]!
    },
    update(available, remaining) {
      if (orders.length === 0) return
      readStock(cells, available, stock)
      for (const block of blocks) {
        if (!hasShifted(block, stock, remaining, shift)) continue
        solveBlock(block, stock, remaining, worth)
        if (blocks.length <= MOST_KEPT_MODELS) continue
        block.lp?.dispose()
        block.lp = undefined
      }
    },
    [Symbol.dispose]() {
      for (const { lp } of blocks) lp?.dispose()
    },
  }
}

function blocksOf(
  solver: LinearSolver,
  { orders, weight, ways, cells }: WorthSources,
  lostCents: number,
  tolerance: number,
): readonly Block[] {
  const merged = mergeAreas(ways, demandByArea(orders, ways.areas), tolerance, 1)
  const baskets = basketsOf(
    orders.map((order) => ({ ...order, area: merged.areaOf[order.area]! })),
    weight,
  )
  const singles = singlesOf(baskets)
  const shared = withLost(merged.ways, unitsPerOrder(baskets), lostCents)
  const byProduct = groupByProduct(singles)
  const products = [...byProduct.keys()].sort((a, b) => a - b)
  const blocks: Block[] = []
  for (let first = 0; first < products.length; first += PRODUCTS_A_MODEL) {
    const mine = products.slice(first, first + PRODUCTS_A_MODEL)
    blocks.push(blockOf(solver, mine, { singles, byProduct, ways: shared, cells }))
  }
  return blocks
}

/** Ways with a share of the fixed cost a unit, and one more site that is the loss of the unit. */
function withLost(ways: WayCosts, units: number, lostCents: number): WayCosts {
  const { sites, areas } = ways
  const extended = (of: Float64Array, last: number) => {
    const all = new Float64Array((sites + 1) * areas).fill(last)
    all.set(of)
    return all
  }
  const fixed = extended(
    ways.fixed.map((cents) => cents / Math.max(1, units)),
    lostCents,
  )
  return { ...ways, sites: sites + 1, fixed, perKg: extended(ways.perKg, 0) }
}

function groupByProduct({ product }: BasketForecast): Map<number, number[]> {
  const groups = new Map<number, number[]>()
  product.forEach((number, b) => {
    const group = groups.get(number)
    if (group === undefined) groups.set(number, [b])
    else group.push(b)
  })
  return groups
}

function blockOf(
  solver: LinearSolver,
  products: readonly number[],
  of: {
    readonly singles: BasketForecast
    readonly byProduct: ReadonlyMap<number, readonly number[]>
    readonly ways: WayCosts
    readonly cells: StockCells
  },
): Block {
  const { singles, byProduct, ways, cells } = of
  const lost = ways.sites - 1
  const sitesOf = (product: number) =>
    cells.site.subarray(cells.starts[product]!, cells.starts[product + 1]!)
  const mine = cellsOf(ways.sites, products.length, (at) => [...sitesOf(products[at]!), lost])
  const cellOf = Int32Array.from(
    products.flatMap((product) => {
      const first = cells.starts[product]!
      return [...Array.from(sitesOf(product), (_, at) => first + at), -1]
    }),
  )
  const rows = products.flatMap((product, at) =>
    byProduct.get(product)!.map((b) => ({ b, product: at })),
  )
  const weight = Float64Array.from(rows, ({ b }) => singles.weight[b]!)
  const forecast: BasketForecast = {
    area: Int32Array.from(rows, ({ b }) => singles.area[b]!),
    starts: Int32Array.from({ length: rows.length + 1 }, (_, b) => b),
    product: Int32Array.from(rows, ({ product }) => product),
    units: new Float64Array(rows.length).fill(1),
    weight,
  }
  const kg = Float64Array.from(products, (product) => ways.kg[product]!)
  const load = () => new BasketLp(solver, forecast, { ...ways, kg }, mine)
  const solved = new Float64Array(cellOf.length)
  return { load, lp: undefined, cellOf, weight, solved, solvedRemaining: Number.NaN }
}

/** Whether the units for each unit still asked for have moved by the share `shift` in some cell. */
function hasShifted(block: Block, stock: Float64Array, remaining: number, shift: number): boolean {
  const { cellOf, solved, solvedRemaining } = block
  if (Number.isNaN(solvedRemaining)) return true
  const demand = Math.max(1e-9, solvedRemaining)
  return cellOf.some((cell, at) => {
    if (cell < 0 || solved[at] === Infinity) return false
    const expected = (solved[at]! * remaining) / demand
    return Math.abs(stock[cell]! - expected) > shift * Math.max(1, solved[at]!)
  })
}

function solveBlock(
  block: Block,
  stock: Float64Array,
  remaining: number,
  worth: Float64Array,
): void {
  const { cellOf, weight, solved } = block
  block.lp ??= block.load()
  cellOf.forEach((cell, at) => {
    solved[at] = cell < 0 ? Infinity : stock[cell]!
  })
  block.solvedRemaining = remaining
  const plan = block.lp.resolve(
    solved,
    weight.map((orders) => orders * remaining),
  )
  cellOf.forEach((cell, at) => {
    if (cell >= 0) worth[cell] = plan.worth[at]!
  })
}
