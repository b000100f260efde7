import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { learnOpenDays } from '../../core/calendar.ts'
import { openDatabase, quoteText } from '../../core/sql/database.ts'
import { numbersOf } from '../../core/table.ts'
import { hindsightLevels } from './hindsight.ts'
import { initialStock } from './initial-stock.ts'
import { createWorld, type ReplayInput } from './input.ts'
import { readReplayParams } from './knobs.ts'
import { discretize, leadTimesOf } from './lead-times.ts'
import { luckOf } from './luck.ts'
import { baseStockPolicy } from './policy.ts'
import { replay } from './replay.ts'

const data = process.env['STOREWRIGHT_DATA'] ?? join(import.meta.dirname, '../../../../shared/data')
const file = join(data, 'retail/online-retail.csv.gz')
const DAYS = 60
const LEAD_TIME = 10

/** Units sold and mean price by product and day, product × day, without cancellations. */
async function readSales() {
  const db = await openDatabase(':memory:', { threads: 1 })
  const { rowCount, columns } = await db.table(`
    SELECT dense_rank() OVER (ORDER BY StockCode) - 1 AS product, CAST(InvoiceDate AS DATE) AS day,
      sum(Quantity) AS units, sum(Quantity * UnitPrice) AS revenue
    FROM read_csv(${quoteText(file)}, types = {'InvoiceNo': 'VARCHAR', 'StockCode': 'VARCHAR'})
    WHERE Quantity > 0 AND UnitPrice > 0 AND regexp_matches(StockCode, '^[0-9]{5}')
    GROUP BY StockCode, day`)
  db.close()
  const table = { rowCount, columns }
  const [product, day, units, revenue] = ['product', 'day', 'units', 'revenue'].map((name) =>
    numbersOf(table, name),
  ) as [Float64Array, Float64Array, Float64Array, Float64Array]
  const firstDay = day.reduce((a, b) => Math.min(a, b))
  const days = day.reduce((a, b) => Math.max(a, b)) - firstDay + 1
  const products = product.reduce((a, b) => Math.max(a, b)) + 1
  const sold = new Float64Array(products * days)
  const sums = { units: new Float64Array(products), revenue: new Float64Array(products) }
  const total = new Float64Array(days)
  for (let i = 0; i < rowCount; i++) {
    sold[product[i]! * days + day[i]! - firstDay]! += units[i]!
    sums.units[product[i]!]! += units[i]!
    sums.revenue[product[i]!]! += revenue[i]!
    total[day[i]! - firstDay]! += units[i]!
  }
  const priceCents = sums.revenue.map((pounds, p) => (100 * pounds) / sums.units[p]!)
  return { firstDay, days, products, sold, priceCents, openDays: learnOpenDays(total, firstDay) }
}

async function retailInput(): Promise<ReplayInput> {
  const { firstDay, days, products: n, sold, priceCents, openDays } = await readSales()
  const before = days - DAYS
  const each = (value: number) => new Float64Array(n).fill(value)
  const products = {
    ids: Array.from({ length: n }, (_, p) => `p${p}`),
    unitCostCents: priceCents.map((price) => price / 2),
    minimumQuantity: each(1),
    casePack: each(1),
    quotedLeadTimeDays: each(LEAD_TIME),
  }
  const history = { firstDay, days: before, stride: days, units: sold }
  const demand = Float64Array.from({ length: n * DAYS }, (_, i) => {
    return sold[Math.floor(i / DAYS) * days + before + (i % DAYS)]!
  })
  return {
    products,
    priceCents,
    leadTimes: leadTimesOf([discretize((u) => LEAD_TIME * (0.7 + 0.6 * u))], new Int32Array(n)),
    firstDay: firstDay + before,
    days: DAYS,
    demand,
    history,
    initialStock: initialStock(history, products, 7),
    reviewPeriodDays: 7,
    openDays,
  }
}

test.skipIf(!existsSync(file))(
  'replays 60 real days of a gift shop: naive < best levels in hindsight < bound (skipped without the retail data)',
  async () => {
    const input = await retailInput()
    expect(input.openDays?.closedWeekdays).toEqual([5])
    const world = createWorld(input, readReplayParams())
    const levels = hindsightLevels(world, luckOf('1/0'))
    const { bound, policies } = await replay(input, [baseStockPolicy('hindsight', levels)], {
      seed: 1,
      seeds: 2,
    })
    const [naive, , hindsight] = policies
    expect(naive!.totals.profitCents).toBeGreaterThan(0)
    expect(hindsight!.gapClosed!.mean).toBeGreaterThan(0.7)
    expect(hindsight!.gapClosed!.mean).toBeLessThan(1)
    for (const { products } of policies) {
      products.forEach(({ profitCents }, p) => {
        expect(profitCents).toBeLessThanOrEqual(bound.products.profitCents[p]! + 1e-6)
      })
    }
    // A gift shop that buys what sold in the last weeks while the autumn sets in runs short.
    expect(naive!.totals.inStockRate).toBeGreaterThan(0.7)
    expect(naive!.totals.inStockRate).toBeLessThan(0.95)
    expect(naive!.totals.fillRate).toBeLessThan(hindsight!.totals.fillRate)
  },
)
