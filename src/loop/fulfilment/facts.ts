import { StorewrightError } from '../../core/errors.ts'
import type { KnobSettings } from '../../core/knobs.ts'
import type { Database } from '../../core/sql/database.ts'
import { numbersOf, textAt, textsOf } from '../../core/table.ts'
import type { SiteKind } from '../../network/index.ts'
import { readNetwork } from '../network/read-network.ts'
import { handlingMinutes } from '../network/route-sets.ts'

/** Size of a unit where the store does not say: a shoe box. */
const USUAL_M3 = 0.004
const USUAL_KG = 0.5

const SHIPS: ReadonlySet<SiteKind> = new Set<SiteKind>(['fulfilment_centre', 'shop'])

/** A row of the table stock. */
export interface CountedStock {
  readonly siteId: string
  readonly productId: string
  readonly onHand: number
  readonly committed: number
}

/** A lane by its ends: sites, or the area that it serves. */
export interface LaneFact {
  readonly laneId: string
  readonly fromId: string
  readonly toId: string
}

/** What fulfilment reads of a store when it opens. */
export interface FulfilmentFacts {
  /** Sites that ship orders, and where they lie. */
  readonly siteIds: readonly string[]
  readonly siteLat: readonly number[]
  readonly siteLon: readonly number[]
  /** Minutes from an order (or an arrival) to the door, by site, those that only sort among them. */
  readonly handlingMinutes: ReadonlyMap<string, number>
  readonly lanes: readonly LaneFact[]
  readonly areaIds: readonly string[]
  readonly areaLat: Float64Array
  readonly areaLon: Float64Array
  readonly productIds: readonly string[]
  /** kg and m³ a unit, in the order of `productIds`. */
  readonly kg: Float64Array
  readonly m3: Float64Array
}

/** Reads sites, areas and products. Throws ERR_STORE_EMPTY where one of them is missing. */
export async function readFulfilmentFacts(
  db: Database,
  knobs: KnobSettings,
): Promise<FulfilmentFacts> {
  const { sites, areas, lanes } = await readNetwork(db)
  if (lanes.ids.length === 0) throw empty('lanes', 'lanes')
  const shipping = [...sites.ids.keys()].filter((site) => SHIPS.has(sites.kinds[site]!))
  if (shipping.length === 0) throw empty('sites that ship orders', 'sites')
  const handling = await handlingMinutes(db, sites, knobs)
  return {
    handlingMinutes: new Map(sites.ids.map((id, site) => [id, handling[site]!])),
    lanes: lanes.ids.map((laneId, lane) => ({
      laneId,
      fromId: sites.ids[lanes.fromSite[lane]!]!,
      toId: sites.ids[lanes.toSite[lane]!] ?? areas.ids[lanes.toArea[lane]!] ?? '',
    })),
    siteIds: shipping.map((site) => sites.ids[site]!),
    siteLat: shipping.map((site) => sites.lat[site]!),
    siteLon: shipping.map((site) => sites.lon[site]!),
    areaIds: areas.ids,
    areaLat: areas.lat,
    areaLon: areas.lon,
    ...(await readProductSizes(db)),
  }
}

/** Ids, kg and m³ a unit of all products. Throws ERR_STORE_EMPTY where there are none. */
export async function readProductSizes(
  db: Database,
): Promise<Pick<FulfilmentFacts, 'productIds' | 'kg' | 'm3'>> {
  const table = await db.table(
    'SELECT product_id, weight_kg, volume_m3 FROM products ORDER BY product_id',
  )
  if (table.rowCount === 0) throw empty('products', 'products')
  const names = textsOf(table, 'product_id')
  return {
    productIds: Array.from({ length: table.rowCount }, (_, row) => textAt(names, row)!),
    kg: numbersOf(table, 'weight_kg').map((kg) => (kg > 0 ? kg : USUAL_KG)),
    m3: numbersOf(table, 'volume_m3').map((m3) => (m3 > 0 ? m3 : USUAL_M3)),
  }
}

/** The opening balance: the table stock as it was imported last. */
export async function readCountedStock(db: Database): Promise<CountedStock[]> {
  const table = await db.table(
    'SELECT site_id, product_id, on_hand, committed FROM stock ORDER BY site_id, product_id',
  )
  const [site, product] = [textsOf(table, 'site_id'), textsOf(table, 'product_id')]
  const [onHand, committed] = [numbersOf(table, 'on_hand'), numbersOf(table, 'committed')]
  return Array.from({ length: table.rowCount }, (_, row) => ({
    siteId: textAt(site, row)!,
    productId: textAt(product, row)!,
    onHand: Math.max(0, onHand[row]!),
    committed: committed[row]! > 0 ? committed[row]! : 0,
  }))
}

function empty(what: string, table: string): StorewrightError {
  return new StorewrightError(
    'ERR_STORE_EMPTY',
    `the store has no ${what}: nothing can be promised`,
    {
      next: `Import a feed with ${table}.csv (see docs/feed.md): storewright import FEED --store DIR`,
    },
  )
}
