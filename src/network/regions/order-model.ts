import { requireArgument, requireFinite } from '../../core/errors.ts'
import { type StockCurves, stockedAt } from './stock-curves.ts'

/** Products as columns, one entry each. */
export interface ProductColumns {
  /** Units sold per order placed in the store, of whatever products. */
  readonly unitsPerOrder: Float64Array
  /** Order lines per order placed; the share of orders that hold the product. */
  readonly linesPerOrder: Float64Array
  readonly unitM3: Float64Array
  /** Units that come together. */
  readonly casePack: Float64Array
}

/** Lines of past orders, the lines of one order together: `product[starts[o]]` … `starts[o + 1] − 1`. */
export interface OrderSample {
  readonly starts: Int32Array
  readonly product: Int32Array
}

export interface OrderModelOptions {
  /** Days of demand that stock covers between two replenishments. */
  readonly coverDays: number
  /** Standard deviations of the cover's demand kept beyond its mean. */
  readonly safety: number
  /** Points at which the curves are kept. */
  readonly knots?: number
}

/**
 * What an order holds and what room a selection takes, as curves over the breadth of selection.
 * Products stand in the order in which a region takes them in: most order lines per m³ first.
 */
export interface OrderModel {
  /** Products in the order in which they are taken in. */
  readonly ranking: Int32Array
  /** Products taken in at each knot: ascending, from 0 to all. */
  readonly breadth: Float64Array
  /** Share of order lines that lie within the breadth. */
  readonly lineShare: Float64Array
  /** Share of orders whose every line lies within the breadth. */
  readonly wholeShare: Float64Array
  /**
   * Room at each knot for a region of D orders a day:
   * m³ = perOrder · D + perRootOrder · √D + fixed (cover, safety stock, cases begun).
   */
  readonly perOrderM3: Float64Array
  readonly perRootOrderM3: Float64Array
  readonly fixedM3: Float64Array
  /** Lines of the mean order. */
  readonly linesPerOrder: number
  /** Share of orders with 1, 2, … different products; the last holds all larger ones. */
  readonly basketShare: Float64Array
  /** Lines that an order of each size counts as, were its lines independent. */
  readonly basketLines: Float64Array
  /** How far the units that there are fill what has room; absent: as many as there is room for. */
  readonly stock?: StockCurves
}

/** Largest basket told apart. */
const LARGEST_BASKET = 12
/** Orders that the prior "lines are independent" counts as. */
const PRIOR_ORDERS = 20
/** Orders that c^θ counts as beside those seen. */
const CURVE_PRIOR = 100
const KNOTS = 400

/**
 * Learns what orders hold. The share of orders of size s that lie whole within a breadth that holds
 * the share c of lines is what was seen among the orders, drawn by 100 orders towards c^θ(s): s is
 * where lines are independent, less where popular products are bought together. θ(s) is the
 * maximum-likelihood estimate n / Σ −ln c(r), r being the last of the order's products in the
 * ranking (c(r) to the power θ is then uniform), drawn towards s by 20 orders. Popularity should
 * come from more than these orders: products counted from them alone look safer than they are.
 * Throws ERR_ARGUMENT without orders or products, ERR_NOT_FINITE on a bad number.
 */
export function learnOrderModel(
  products: ProductColumns,
  orders: OrderSample,
  options: OrderModelOptions,
): OrderModel {
  checkProducts(products)
  requireArgument(orders.starts.length > 1, 'there are no orders to learn from')
  const ranking = rankProducts(products, options)
  const baskets = readBaskets(orders, placesOf(ranking))
  const basketLines = fitBasketLines(baskets, middleShares(products, ranking))
  const curves = curvesOf(products, ranking, options)
  const basketShare = shareBySize(baskets)
  const { linesPerOrder } = baskets
  const wholeShare = wholeCurve(baskets, curves, basketLines)
  return { ranking, ...curves, wholeShare, linesPerOrder, basketShare, basketLines }
}

function checkProducts(products: ProductColumns): void {
  const n = products.unitsPerOrder.length
  requireArgument(n > 0, 'there are no products')
  for (const [name, column] of Object.entries(products) as [string, Float64Array][]) {
    requireArgument(column.length === n, `${name} has ${column.length} entries for ${n} products`)
    column.forEach((value, j) => {
      requireFinite(value, `${name} of product ${j}`)
      requireArgument(value >= 0, `${name} of product ${j} is negative: ${value}`)
    })
  }
}

/** Room that one product takes in a region of `demand` orders a day, m³. */
export function productRoom(
  products: ProductColumns,
  product: number,
  demand: number,
  { coverDays, safety }: OrderModelOptions,
): number {
  const cover = products.unitsPerOrder[product]! * demand * coverDays
  // A begun case is half there on average.
  const begun = products.casePack[product]! / 2
  return products.unitM3[product]! * (cover + safety * Math.sqrt(cover) + begun)
}

/** Products by order lines per m³ of room, at one order in a thousand of the mean product's case. */
function rankProducts(products: ProductColumns, options: OrderModelOptions): Int32Array {
  const n = products.unitsPerOrder.length
  const units = products.unitsPerOrder.reduce((sum, u) => sum + u, 0) / n
  // A region's size is not known yet: take one in which the mean product sells a unit a cover.
  const demand = units > 0 ? 1 / (units * Math.max(options.coverDays, 1e-9)) : 1
  const density = new Float64Array(n)
  for (let j = 0; j < n; j++)
    density[j] =
      products.linesPerOrder[j]! / Math.max(productRoom(products, j, demand, options), 1e-12)
  const ranking = Int32Array.from({ length: n }, (_, j) => j)
  return ranking.sort((a, b) => density[b]! - density[a]! || a - b)
}

/** Place of each product in the ranking. */
function placesOf(ranking: Int32Array): Int32Array {
  const place = new Int32Array(ranking.length)
  ranking.forEach((j, i) => {
    place[j] = i
  })
  return place
}

/** Share of lines before each place of the ranking plus half its own. */
function middleShares(products: ProductColumns, ranking: Int32Array): Float64Array {
  const total = products.linesPerOrder.reduce((sum, l) => sum + l, 0)
  requireArgument(total > 0, 'no product sells')
  let before = 0
  return Float64Array.from(ranking, (j) => {
    const own = products.linesPerOrder[j]! / total
    before += own
    return Math.max(before - own / 2, 1e-12)
  })
}

/** What the orders show: size class and last place in the ranking of each. */
interface Baskets {
  readonly size: Uint8Array
  readonly last: Int32Array
  /** Mean size of each class. */
  readonly meanSize: Float64Array
  readonly count: Float64Array
  readonly linesPerOrder: number
}

function readBaskets({ starts, product }: OrderSample, place: Int32Array): Baskets {
  const size: number[] = []
  const last: number[] = []
  const count = new Float64Array(LARGEST_BASKET)
  const lines = new Float64Array(LARGEST_BASKET)
  for (let o = 0; o + 1 < starts.length; o++) {
    const basket = new Set(product.subarray(starts[o]!, starts[o + 1]!))
    if (basket.size === 0) continue
    let furthest = 0
    for (const j of basket) furthest = Math.max(furthest, place[j]!)
    const s = Math.min(basket.size, LARGEST_BASKET) - 1
    size.push(s)
    last.push(furthest)
    count[s]!++
    lines[s]! += basket.size
  }
  requireArgument(size.length > 0, 'no order has a line')
  return {
    size: Uint8Array.from(size),
    last: Int32Array.from(last),
    meanSize: count.map((n, s) => (n > 0 ? lines[s]! / n : s + 1)),
    count,
    linesPerOrder: lines.reduce((sum, l) => sum + l, 0) / size.length,
  }
}

const shareBySize = ({ count, size }: Baskets) => count.map((n) => n / size.length)

/** θ by size class; see `learnOrderModel`. */
function fitBasketLines({ size, last, meanSize, count }: Baskets, middle: Float64Array) {
  const logs = new Float64Array(LARGEST_BASKET)
  last.forEach((place, o) => {
    logs[size[o]!]! -= Math.log(Math.min(1, middle[place]!))
  })
  return count.map((n, s) => (n + PRIOR_ORDERS) / (logs[s]! + PRIOR_ORDERS / meanSize[s]!))
}

/** Share of whole orders at each knot: what was seen by size class, drawn towards c^θ. */
function wholeCurve(
  { size, last, count }: Baskets,
  { breadth, lineShare }: { breadth: Float64Array; lineShare: Float64Array },
  basketLines: Float64Array,
): Float64Array {
  const seen = Array.from({ length: LARGEST_BASKET }, () => new Float64Array(breadth.length))
  last.forEach((place, o) => {
    seen[size[o]!]![firstAbove(breadth, place)]!++
  })
  const whole = new Float64Array(breadth.length)
  for (let s = 0; s < LARGEST_BASKET; s++) {
    let sum = 0
    for (let k = 0; k < breadth.length; k++) {
      sum += seen[s]![k]!
      const drawn = sum + CURVE_PRIOR * lineShare[k]! ** basketLines[s]!
      whole[k]! += (count[s]! / size.length) * (drawn / (count[s]! + CURVE_PRIOR))
    }
  }
  return whole
}

/** First knot whose breadth is beyond `place`. */
function firstAbove(breadth: Float64Array, place: number): number {
  let low = 0
  let high = breadth.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (breadth[middle]! > place) high = middle
    else low = middle + 1
  }
  return low
}

function curvesOf(products: ProductColumns, ranking: Int32Array, options: OrderModelOptions) {
  const n = ranking.length
  const total = products.linesPerOrder.reduce((sum, l) => sum + l, 0)
  const breadth = knotsOf(n, options.knots ?? KNOTS)
  const curves = ['lineShare', 'perOrderM3', 'perRootOrderM3', 'fixedM3'] as const
  const made = Object.fromEntries(
    curves.map((name) => [name, new Float64Array(breadth.length)]),
  ) as Record<(typeof curves)[number], Float64Array>
  const sum = { lineShare: 0, perOrderM3: 0, perRootOrderM3: 0, fixedM3: 0 }
  for (let i = 0, k = 1; i < n; i++) {
    const j = ranking[i]!
    const cover = products.unitsPerOrder[j]! * options.coverDays
    sum.lineShare += products.linesPerOrder[j]! / total
    sum.perOrderM3 += products.unitM3[j]! * cover
    sum.perRootOrderM3 += products.unitM3[j]! * options.safety * Math.sqrt(cover)
    sum.fixedM3 += (products.unitM3[j]! * products.casePack[j]!) / 2
    if (i + 1 !== breadth[k]) continue
    for (const name of curves) made[name][k] = sum[name]
    k++
  }
  return { breadth, ...made }
}

/** Whole numbers from 0 to n, evenly spaced on the square-root scale: finer where shares rise fast. */
function knotsOf(n: number, knots: number): Float64Array {
  const at = new Set<number>([0])
  for (let k = 1; k <= knots; k++) at.add(Math.max(1, Math.round(n * (k / knots) ** 2)))
  return Float64Array.from(at).sort()
}

/** How far along the curves a region's room reaches: knot and share of the way to the next one. */
export interface Reach {
  knot: number
  part: number
}

/**
 * The breadth that `capacityM3` holds in a region of `demand` orders a day, as a place on the
 * curves; written into `reach` so that the hot loop makes no garbage.
 */
export function reachOf(
  model: OrderModel,
  demand: number,
  capacityM3: number,
  reach: Reach,
): Reach {
  const { perOrderM3, perRootOrderM3, fixedM3 } = model
  const root = Math.sqrt(demand)
  let low = 0
  let high = fixedM3.length - 1
  const roomAt = (k: number) => perOrderM3[k]! * demand + perRootOrderM3[k]! * root + fixedM3[k]!
  if (roomAt(high) <= capacityM3) {
    reach.knot = high
    reach.part = 0
    return reach
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (roomAt(middle) <= capacityM3) low = middle
    else high = middle
  }
  const from = roomAt(low)
  reach.knot = low
  reach.part = Math.max(0, (capacityM3 - from) / (roomAt(high) - from))
  return reach
}

/** A curve of the model where a region's room reaches, linear between knots. */
export function atReach(curve: Float64Array, { knot, part }: Reach): number {
  return part === 0 ? curve[knot]! : curve[knot]! + part * (curve[knot + 1]! - curve[knot]!)
}

/**
 * Share of a region's orders filled wholly inside: those within the breadth that its room holds,
 * times those that its share of the units fills, as if one said nothing of the other.
 */
export function wholeShareAt(model: OrderModel, reach: Reach, demand: number): number {
  const { stock, wholeShare } = model
  const inRoom = atReach(wholeShare, reach)
  return stock === undefined ? inRoom : inRoom * stockedAt(stock, stock.wholeShare, demand)
}

/** Share of a region's order lines filled inside; see `wholeShareAt`. */
export function lineShareAt(model: OrderModel, reach: Reach, demand: number): number {
  const { stock, lineShare } = model
  const inRoom = atReach(lineShare, reach)
  return stock === undefined ? inRoom : inRoom * stockedAt(stock, stock.lineShare, demand)
}

/** Room that the first `breadth` products take in a region of `demand` orders a day, m³. */
export function roomFor(model: OrderModel, breadth: number, demand: number): number {
  const last = model.breadth.length - 1
  let knot = model.breadth.findIndex((b) => b >= breadth)
  if (knot < 0) knot = last
  const span = knot > 0 ? model.breadth[knot]! - model.breadth[knot - 1]! : 1
  const reach: Reach =
    knot === 0
      ? { knot: 0, part: 0 }
      : { knot: knot - 1, part: Math.min(1, (breadth - model.breadth[knot - 1]!) / span) }
  return (
    atReach(model.perOrderM3, reach) * demand +
    atReach(model.perRootOrderM3, reach) * Math.sqrt(demand) +
    atReach(model.fixedM3, reach)
  )
}
