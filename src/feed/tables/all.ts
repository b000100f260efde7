import { StorewrightError } from '../../core/errors.ts'
import { nearest } from '../../core/knobs.ts'
import type { TableDeclaration } from '../declare/table.ts'
import { currentVersions, versions } from './bookkeeping.ts'
import { offers, prices, products, substitution, vendors } from './catalog.ts'
import {
  coldStartLikes,
  eventEffects,
  forecastCalibration,
  forecastChanges,
  forecastContributions,
  forecastGroups,
  forecastSegments,
  groupForecast,
  lostSales,
} from './forecast-results.ts'
import {
  promises,
  reservations,
  shipmentLines,
  shipments,
  stockSnapshot,
} from './fulfilment-results.ts'
import { lanePlan } from './lane-results.ts'
import { capacityOrders, loadForecast, loadParts } from './load-results.ts'
import { placementPlan } from './placement-results.ts'
import { adjacency, areas, siteCalendars, sites } from './places.ts'
import { regionCurve, regionMeasures, regions } from './region-results.ts'
import {
  demandForecast,
  forecastBacktest,
  outcomeDaily,
  outcomeProduct,
  outcomeTotal,
  purchasePlan,
} from './results.ts'
import { closedDays, events, orderLines, orders, panelCovariates, sales } from './sales.ts'
import { clicks, judgments, searches } from './search.ts'
import { sitePlan } from './site-results.ts'
import { receipts, stock } from './stock.ts'
import {
  load,
  loadEvents,
  loadTests,
  queryLog,
  serverBookings,
  serverLocations,
  serverOffers,
  serverTypes,
  services,
} from './systems.ts'
import {
  carrierCalendars,
  departures,
  lanes,
  laneTransit,
  sellerShipments,
  sellers,
} from './transport.ts'
import { queryTemplates, warehouseActions, warehouseRefusals } from './warehouse-results.ts'

/** Subject areas and their tables, in the order of docs/feed.md; targets of references come first. */
export const SUBJECTS: readonly {
  readonly title: string
  readonly tables: readonly TableDeclaration[]
}[] = [
  { title: 'Catalog and vendors', tables: [products, vendors, offers, prices, substitution] },
  { title: 'Places', tables: [areas, adjacency, sites, siteCalendars] },
  { title: 'Stock', tables: [receipts, stock] },
  {
    title: 'Sales and orders',
    tables: [sales, events, closedDays, orders, orderLines, panelCovariates],
  },
  { title: 'Search', tables: [searches, clicks, judgments] },
  {
    title: 'Transport and sellers',
    tables: [lanes, departures, laneTransit, carrierCalendars, sellers, sellerShipments],
  },
  {
    title: 'Systems',
    tables: [
      services,
      serverTypes,
      serverLocations,
      serverOffers,
      serverBookings,
      loadTests,
      load,
      loadEvents,
      queryLog,
    ],
  },
  {
    title: 'Results',
    tables: [
      demandForecast,
      groupForecast,
      forecastGroups,
      forecastBacktest,
      forecastSegments,
      forecastCalibration,
      forecastContributions,
      forecastChanges,
      eventEffects,
      coldStartLikes,
      lostSales,
      purchasePlan,
      placementPlan,
      regions,
      regionMeasures,
      regionCurve,
      lanePlan,
      sitePlan,
      promises,
      shipments,
      shipmentLines,
      reservations,
      stockSnapshot,
      outcomeTotal,
      outcomeDaily,
      outcomeProduct,
      loadForecast,
      loadParts,
      capacityOrders,
      queryTemplates,
      warehouseActions,
      warehouseRefusals,
    ],
  },
  { title: 'Bookkeeping', tables: [versions, currentVersions] },
]

/** Every table of a store. */
export const ALL_TABLES: readonly TableDeclaration[] = SUBJECTS.flatMap(({ tables }) => tables)

/** The tables that a feed may fill. */
export const FEED_TABLES: readonly TableDeclaration[] = ALL_TABLES.filter(
  ({ origin }) => origin === 'feed',
)

/** Names of every table of a store. */
export const tableNames: readonly string[] = ALL_TABLES.map(({ name }) => name)

/** The declaration of a table. Throws ERR_FEED_UNKNOWN_TABLE with the nearest name. */
export function tableNamed(name: string): TableDeclaration {
  const table = ALL_TABLES.find((candidate) => candidate.name === name)
  if (table !== undefined) return table
  throw new StorewrightError('ERR_FEED_UNKNOWN_TABLE', `there is no table ${name}`, {
    next: `Did you mean ${nearest(name, tableNames)}? docs/feed.md lists them all.`,
  })
}
