import { createRandom } from '../../../core/random/random.ts'
import { adjacencyFromBorders } from '../graph.ts'
import { learnOrderModel, type OrderModel } from '../order-model.ts'
import type { RegionProblem } from '../types.ts'

/** A small Zipf catalogue and orders of one to four independent lines. */
export function someOrders(seed: string | number, products = 200, orders = 400): OrderModel {
  const random = createRandom(seed).split('orders')
  const starts = new Int32Array(orders + 1)
  const lines: number[] = []
  const linesPerOrder = new Float64Array(products).fill(1e-4)
  for (let o = 0; o < orders; o++) {
    const size = 1 + random.int(4)
    for (let l = 0; l < size; l++) {
      const j = Math.floor(products * random.next() ** 3)
      lines.push(j)
      linesPerOrder[j]! += 1 / orders
    }
    starts[o + 1] = lines.length
  }
  return learnOrderModel(
    {
      linesPerOrder,
      unitsPerOrder: linesPerOrder.map((l) => 1.2 * l),
      unitM3: Float64Array.from({ length: products }, () => 0.001 + 0.01 * random.next()),
      casePack: Float64Array.from({ length: products }, () => 1 + random.int(6)),
    },
    { starts, product: Int32Array.from(lines) },
    { coverDays: 10, safety: 1, knots: 50 },
  )
}

/** Areas in rows and columns, `sites` of them with a building; all else drawn from the seed. */
export function gridProblem(
  rows: number,
  columns: number,
  sites: number,
  seed: string | number,
): RegionProblem {
  const random = createRandom(seed)
  const areas = rows * columns
  const borders = []
  for (let a = 0; a < areas; a++) {
    if (a % columns < columns - 1) borders.push({ from: a, to: a + 1, bridge: false })
    if (a + columns < areas) borders.push({ from: a, to: a + columns, bridge: false })
  }
  const places = Array.from({ length: areas }, (_, a) => a)
  const siteArea = new Int32Array(sites)
  for (let s = 0; s < sites; s++) siteArea[s] = places.splice(random.int(places.length), 1)[0]!
  const miles = new Float64Array(sites * areas)
  for (let s = 0; s < sites; s++)
    for (let a = 0; a < areas; a++) {
      const rowsApart = Math.floor(a / columns) - Math.floor(siteArea[s]! / columns)
      const columnsApart = (a % columns) - (siteArea[s]! % columns)
      miles[s * areas + a] = 100 * Math.hypot(rowsApart, columnsApart)
    }
  const rising = () => Float64Array.from({ length: 5 }, (_, k) => (k + random.next()) / 5)
  const stock = {
    demand: Float64Array.from({ length: 5 }, (_, k) => areas * 100 * 2 ** (k - 4)),
    ...{ wholeShare: rising(), lineShare: rising() },
  }
  return {
    adjacency: adjacencyFromBorders(areas, borders),
    demand: Float64Array.from({ length: areas }, () => 50 + 100 * random.next()),
    siteArea,
    capacityM3: Float64Array.from({ length: sites }, () => 10 + 30 * random.next()),
    miles,
    days: miles.map((way) => 1 + Math.floor(way / 250)),
    orders: random.next() < 0.5 ? someOrders(seed) : { ...someOrders(seed), stock },
  }
}
