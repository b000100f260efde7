import { statSync } from 'node:fs'
import { formatDay } from '../../core/calendar.ts'
import { StorewrightError } from '../../core/errors.ts'
import { listKnobs } from '../../core/knobs.ts'
import type { Database } from '../../core/sql/database.ts'
import {
  approveLines,
  type CurrentPlan,
  currentVersion,
  type Decision,
  type NightlyStatus,
  overrideLine,
  type PlanRow,
  readCalibration,
  readDecisions,
  readEventDays,
  readPlan,
  readSegments,
  requireStore,
  requireVersion,
  storeSettings,
  undoLines,
  withDatabase,
  withLedger,
} from '../../loop/index.ts'
import type { BuyingPlan } from '../schemas/buying.ts'
import type { StoreInfo } from '../schemas/store.ts'
import type { StoreView } from '../store-view.ts'
import {
  buyingLine,
  buyingLineDetail,
  buyingPlan,
  decisionRecords,
  planCsv,
  unitsAtBudget,
} from './buying.ts'
import { type Catalog, loadCatalog } from './catalog.ts'
import { demandSummary, productDetail, productPage, readCurves } from './demand.ts'
import { eventList, readEventDates } from './events.ts'
import { createFulfilmentView } from './fulfilment.ts'
import { groupDetail, groupList } from './groups.ts'
import { createLoadView } from './load/load-view.ts'
import { readLostSales } from './lost-sales.ts'
import { createNetworkView } from './network.ts'
import { nightlyReply } from './nightly.ts'
import { readOutcomeView } from './outcome.ts'
import { createSearchView } from './search.ts'
import { calibrationOf, segmentList } from './segments.ts'
import { createWarehouseView } from './warehouse.ts'
import { productWhy } from './why.ts'

export interface StoreViewOptions {
  /** Epoch ms now. */
  readonly clock: () => number
  /** Name put under decisions when a request gives none. */
  readonly actor?: string
  /** Told where a search could not be logged. */
  readonly onFailure?: (error: unknown) => void
  /** The nightly run of the server; absent: it makes none. */
  readonly nightly?: () => NightlyStatus
}

/**
 * The view of a store folder that the HTTP API serves. The database is open only while it is read,
 * so that `storewright run` can write beside a running server; the catalog is kept until the
 * database file changes.
 */
export function createStoreView(folder: string, options: StoreViewOptions): StoreView {
  const read = <T>(work: (db: Database) => Promise<T>) => withDatabase(folder, 'read', work)
  const catalogOf = catalogCache(folder)
  const readCatalog = <T>(work: (db: Database, catalog: Catalog) => Promise<T>) =>
    read(async (db) => work(db, await requireCatalog(db, catalogOf)))
  const command = `storewright forecast --store ${folder}`
  const decisionsNow = () => withLedger(folder, readDecisions)
  const { currency } = storeSettings(folder).store

  const planNow = async () => {
    const decisions = await decisionsNow()
    return read(async (db) => {
      const plan = await readPlan(db, decisions)
      const catalog = await catalogOf(db)
      return { plan, catalog, decisions, view: viewOf(plan, decisions, catalog) }
    })
  }
  const viewOf = (plan: CurrentPlan, decisions: readonly Decision[], catalog?: Catalog) =>
    buyingPlan(plan, decisions, catalog, currency, options.clock())
  const linesNow = async (rows: readonly PlanRow[]) => {
    const { plan, catalog } = await planNow()
    return { lines: rows.map((row) => buyingLine(row, plan, catalog)) }
  }

  return {
    search: createSearchView(folder, options),
    network: createNetworkView(folder, options),
    load: createLoadView(folder, options.clock),
    warehouse: createWarehouseView(folder, options),
    fulfilment: createFulfilmentView(folder, options),
    store: () => storeInfo(folder, read, options),
    ...(options.nightly === undefined ? {} : { nightly: options.nightly }),
    demandSummary: () => readCatalog(demandSummary),
    demandProducts: (query) => readCatalog(async (_, catalog) => productPage(catalog, query)),
    async demandProduct(productId) {
      const lineId = await lineOfProduct(productId, planNow)
      return readCatalog((db, catalog) => productDetail(db, catalog, productId, lineId))
    },
    productWhy: (productId) =>
      readCatalog((db, catalog) => productWhy(db, catalog, productId, currency)),
    segments: () =>
      readCatalog(async (db, { version }) =>
        segmentList(await readSegments(db, version.version), command),
      ),
    calibration: ({ segment }) =>
      readCatalog(async (db, { version }) =>
        calibrationOf(await readCalibration(db, version.version), segment, command),
      ),
    events: ({ segment }) =>
      readCatalog(async (db, { version, note }) => {
        const days = await readEventDays(db, version.version)
        return eventList(days, await readEventDates(db, note.origin), segment, command)
      }),
    lostSales: () => readCatalog(readLostSales),
    groups: (query) => readCatalog((db, catalog) => groupList(db, catalog, query, command)),
    group: (query) => readCatalog((db, catalog) => groupDetail(db, catalog, query)),
    buying: async () => (await planNow()).view,
    async buyingLine(lineId) {
      const { plan, catalog, decisions } = await planNow()
      const row = plan.lines.find((line) => line.lineId === lineId)
      if (row === undefined) return undefined
      const records = decisionRecords(decisions, titles(catalog)).filter((d) => d.lineId === lineId)
      const curves = await read(async (db) =>
        readCurves(db, await requireCatalog(db, catalogOf), row.productId),
      )
      return buyingLineDetail(row, plan, catalog, curves, records, currency)
    },
    async approve({ lineIds, by, budgetCents }) {
      const { view } = await planNow()
      const units = unitsAtBudget(view, budgetCents ?? null)
      const wanted = lineIds.map((line) => {
        const quantity = units.get(line)
        return quantity === undefined ? { line } : { line, quantity }
      })
      return linesNow(await approveLines(folder, wanted, { by }))
    },
    override: async (lineId, { quantity, reason, by }) =>
      linesNow(await overrideLine(folder, lineId, quantity, { by, reason })),
    undo: async ({ lineIds, by, reason }) =>
      linesNow(
        await undoLines(folder, lineIds, { by, ...(reason === undefined ? {} : { reason }) }),
      ),
    async decisions({ limit, lineId }) {
      const all = await decisionsNow()
      const catalog = await read(catalogOf)
      const records = decisionRecords(all, titles(catalog))
      const kept = records.filter((record) => lineId === undefined || record.lineId === lineId)
      return { decisions: kept.slice(0, limit) }
    },
    async planCsv({ budgetCents }) {
      const { plan, view } = await planNow()
      return planCsv(plan, view, budgetCents ?? null)
    },
    outcome: () => read((db) => readOutcomeView(db, storeSettings(folder))),
    async knobs() {
      const set = storeSettings(folder).knobs
      return {
        knobs: listKnobs().map(({ name, unit, range, default: fallback, trades }) => ({
          name,
          unit,
          minimum: range[0],
          maximum: range[1],
          default: fallback,
          value: set[name] ?? fallback,
          trades,
        })),
      }
    },
  }
}

const titles = (catalog: Catalog | undefined) => (productId: string) =>
  catalog?.byId.get(productId)?.title ?? productId

/** Keeps the catalog until the database file changes. */
function catalogCache(folder: string): (db: Database) => Promise<Catalog | undefined> {
  const file = requireStore(folder).database
  let known: { readonly stamp: string; readonly catalog: Catalog | undefined } | undefined
  return async (db) => {
    const { mtimeMs, size } = statSync(file)
    const stamp = `${mtimeMs} ${size}`
    if (known?.stamp !== stamp) known = { stamp, catalog: await loadCatalog(db) }
    return known.catalog
  }
}

async function requireCatalog(
  db: Database,
  catalogOf: (db: Database) => Promise<Catalog | undefined>,
): Promise<Catalog> {
  await requireVersion(db, 'forecast')
  return (await catalogOf(db))!
}

async function lineOfProduct(
  productId: string,
  planNow: () => Promise<{ readonly view: BuyingPlan }>,
): Promise<string | null> {
  try {
    const { view } = await planNow()
    return view.lines.find((line) => line.productId === productId)?.lineId ?? null
  } catch (error) {
    // Without a plan there is no line; anything else is the caller's to know.
    if (error instanceof StorewrightError && error.code === 'ERR_STORE_EMPTY') return null
    throw error
  }
}

const COUNTS_SQL = `
  SELECT (SELECT count(*) FROM products) AS products, (SELECT count(*) FROM orders) AS orders,
    (SELECT count(DISTINCT ds) FROM sales WHERE units > 0) AS sale_days,
    (SELECT max(ds) FROM sales) AS last_day`

async function storeInfo(
  folder: string,
  read: <T>(work: (db: Database) => Promise<T>) => Promise<T>,
  options: StoreViewOptions,
): Promise<StoreInfo> {
  const { store } = storeSettings(folder)
  return read(async (db) => {
    const [counts] = await db.rows(COUNTS_SQL)
    const number = (name: string) => Number(counts?.[name] ?? 0)
    const forecast = await version(db, 'forecast', 'demand_forecast')
    const plan = await version(db, 'plan', 'purchase_plan')
    const outcome = await version(db, 'outcome', 'outcome_product')
    const last = counts?.['last_day']
    const asOf = typeof last === 'number' ? formatDay(last) : null
    return {
      name: store.name,
      currency: store.currency,
      asOf,
      versions: [
        { step: 'import', version: null, madeAt: null, rows: number('orders') },
        { step: 'forecast', ...forecast.shown },
        { step: 'plan', ...plan.shown },
        { step: 'simulate', ...outcome.shown },
      ],
      counts: {
        products: number('products'),
        orders: number('orders'),
        saleDays: number('sale_days'),
        forecastProducts: forecast.products,
        planLines: plan.shown.rows ?? 0,
      },
      staleness: stalenessOf(folder, asOf, forecast.origin),
      nightly: nightlyReply(options.nightly?.()),
      actor: options.actor ?? null,
    }
  })
}

async function version(db: Database, kind: 'forecast' | 'plan' | 'outcome', table: string) {
  const found = await currentVersion(db, kind)
  if (found === undefined) {
    return { shown: { version: null, madeAt: null, rows: null }, products: 0, origin: undefined }
  }
  const [row] = await db.rows(
    `SELECT count(*) AS n, count(DISTINCT product_id) AS products FROM ${table} WHERE version = $1`,
    [found.version],
  )
  const shown = {
    version: found.version,
    madeAt: new Date(found.createdAt).toISOString(),
    rows: Number(row?.['n'] ?? 0),
  }
  const { origin } = JSON.parse(found.note) as { origin?: string }
  return { shown, products: Number(row?.['products'] ?? 0), origin }
}

function stalenessOf(folder: string, asOf: string | null, origin: string | undefined) {
  const fresh = { stale: false, message: null, command: null }
  if (asOf === null || origin === undefined || origin > asOf) return fresh
  return {
    stale: true,
    message: `There are sales up to ${asOf}, and the forecast begins on ${origin}.`,
    command: `storewright run --store ${folder}`,
  }
}
