// The project's own nightly run, with the warehouse watching and changing the store's database by itself
// and with it off: a demo store, a week of days that come one by one, and the console read after each.
// Both stores do each day one after the other, taking turns to be first; CPU of the whole process.
//
//   npm run -s bench -- warehouse-nightly [--products 600] [--days 7] [--visits 5] [--seed 1] [--nights whole]
//
// With --nights last the run is made once, before the two stores part, and each night does its last step
// alone (what the warehouse does): for large stores, whose forecasts would take hours.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createStoreView, type StoreView } from '../src/api/index.ts'
import {
  askAs,
  makeDemoStore,
  readWorkload,
  runLoop,
  storePaths,
  warehouseStore,
  withDatabase,
} from '../src/loop/index.ts'
import { argument, cpuSeconds, printFigure, rounded } from './figure.ts'

const PRODUCTS = Number(argument('products', '600'))
const DAYS = Number(argument('days', '7'))
const VISITS = Number(argument('visits', '5'))
const NIGHTS = argument('nights', 'whole')
const SEED = Number(argument('seed', '1'))
const DAY_MS = 86_400_000
const NOW = Date.UTC(2026, 10, 1)

type Mode = 'off' | 'automatic'
const MODES: readonly Mode[] = ['off', 'automatic']

/** A store without its last days of sales, which wait in a table beside. */
async function makeStores(folder: string): Promise<Readonly<Record<Mode, string>>> {
  const whole = join(folder, 'whole')
  await makeDemoStore(whole, { products: PRODUCTS, seed: SEED })
  await withDatabase(whole, 'write', async (db) => {
    const last = 'SELECT max(ds) FROM sales'
    await db.run(`CREATE TABLE sales_to_come AS SELECT * FROM sales WHERE ds > (${last}) - ${DAYS}`)
    await db.run(`DELETE FROM sales WHERE ds > (${last}) - ${DAYS}`)
  })
  if (NIGHTS === 'last') await runLoop(whole, { now: NOW - DAY_MS })
  const stores = { off: join(folder, 'off'), automatic: join(folder, 'automatic') }
  for (const mode of MODES) {
    cpSync(whole, stores[mode], { recursive: true })
    const file = storePaths(stores[mode]).settings
    const text = `${readFileSync(file, 'utf8')}\n[warehouse]\nmode = "${mode}"\n`
    writeFileSync(file, text)
  }
  return stores
}

async function nextDay(store: string): Promise<void> {
  await withDatabase(store, 'write', async (db) => {
    const first = '(SELECT min(ds) FROM sales_to_come)'
    await db.transaction(async () => {
      await db.run(`INSERT INTO sales SELECT * FROM sales_to_come WHERE ds = ${first}`)
      await db.run(`DELETE FROM sales_to_come WHERE ds = ${first}`)
    })
  })
}

/** What a person looks at in the morning. */
async function visit(view: StoreView): Promise<void> {
  await view.demandSummary()
  const { rows } = await view.demandProducts({ sort: 'stake', offset: 0, limit: 50 })
  for (const { productId } of rows.slice(0, 5)) {
    await view.demandProduct(productId)
    await view.productWhy(productId)
  }
  await view.segments()
  await view.lostSales()
  const { lines } = await view.buying()
  for (const { lineId } of lines.slice(0, 3)) await view.buyingLine(lineId)
  await view.outcome()
}

interface Spent {
  nightly: number
  console: number
}

const folder = mkdtempSync(join(tmpdir(), 'storewright-nightly-'))
try {
  const stores = await makeStores(folder)
  const spent: Record<Mode, Spent[]> = { off: [], automatic: [] }
  for (let day = 0; day < DAYS; day++) {
    for (const mode of day % 2 === 0 ? MODES : MODES.toReversed()) {
      const store = stores[mode]
      await nextDay(store)
      askAs('nightly')
      const atNight = process.cpuUsage()
      const night = { now: NOW + day * DAY_MS }
      await (NIGHTS === 'last' ? warehouseStore(store, night) : runLoop(store, night))
      const nightly = cpuSeconds(atNight)
      askAs('console')
      const view = createStoreView(store, { clock: () => NOW + day * DAY_MS })
      const byDay = process.cpuUsage()
      for (let i = 0; i < VISITS; i++) await visit(view)
      spent[mode].push({ nightly, console: cpuSeconds(byDay) })
      await view.search.close()
      process.stderr.write(`day ${day + 1} ${mode}: ${nightly.toFixed(1)} s at night\n`)
    }
  }
  const asked = readWorkload(storePaths(stores.automatic).database)
  const { warehouse } = createStoreView(stores.automatic, { clock: () => NOW })
  const page = await warehouse.summary()
  process.stderr.write(
    `${page.actions.map(({ kind, status, summary, predicted, measured, note }) => JSON.stringify({ kind, status, summary, predicted, measured, note })).join('\n')}\n`,
  )
  const data = `demo store of ${PRODUCTS} products, ${DAYS} days, ${VISITS} visits of the console a day`
  for (const part of ['nightly', 'console'] as const) {
    const ratios = spent.automatic.map((one, i) => one[part] / spent.off[i]![part])
    const sum = (mode: Mode) => spent[mode].reduce((total, one) => total + one[part], 0)
    printFigure({
      figure: `warehouse-nightly ${part} CPU with the warehouse automatic, over off`,
      value: rounded(sum('automatic')),
      unit: 'CPU s a week',
      baseline: rounded(sum('off')),
      ratio: rounded(sum('automatic') / sum('off')),
      interval: [rounded(Math.min(...ratios)), rounded(Math.max(...ratios))],
      ...{ target: 'time before and after', data, seed: SEED },
    })
  }
  const statements = asked?.templates.reduce((sum, { count }) => sum + count, 0) ?? 0
  const cpu = asked?.templates.reduce((sum, { totalCpuMs }) => sum + totalCpuMs, 0) ?? 0
  printFigure({
    figure: 'warehouse-nightly CPU of all statements that were watched',
    ...{ value: rounded(cpu / 1000), unit: 'CPU s a week' },
    data: `${statements} statements of ${asked?.templates.length ?? 0} templates; applied: ${page.actions.filter(({ status }) => status === 'applied').length}; left alone: ${[...new Set(page.refusals.map(({ reason }) => reason))].join('; ')}`,
    seed: SEED,
  })
} finally {
  rmSync(folder, { recursive: true, force: true })
}
