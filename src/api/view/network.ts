import { StorewrightError } from '../../core/errors.ts'
import type { RouteSet } from '../../core/routes/door.ts'
import type { Database } from '../../core/sql/database.ts'
import {
  applyRegions,
  closePlaces,
  listVersions,
  moneyOf,
  networkStatus,
  openStoreRoutes,
  type ParcelWays,
  parcelsWithout,
  type RoutesNote,
  readParcelWays,
  readSwitches,
  readWhatIf,
  rollBackRoutes,
  routeSetsAt,
  type Settings,
  storeSettings,
  switchRoutes,
  type WhatIf,
  withDatabase,
  withLedger,
} from '../../loop/index.ts'
import type { NetworkView } from '../network-view.ts'
import type { NetworkInfo } from '../schemas/network.ts'
import type { RouteQuery } from '../schemas/network-route.ts'
import { keepReads } from './kept-reads.ts'
import { notPlanned } from './network-errors.ts'
import { networkInfo } from './network-info.ts'
import { laneDetail, lanePage } from './network-lanes.ts'
import { networkMap, networkPlaces } from './network-map.ts'
import { type NetworkPicture, noted, type PlannedLanes, readPicture } from './network-picture.ts'
import { type AskedSet, routeReply } from './network-route.ts'
import { readSitesPicture, sitesPlan } from './network-sites.ts'
import { truckPage } from './network-trucks.ts'
import { placesAsked, whatIfReply } from './network-what-if.ts'

export interface NetworkViewOptions {
  /** Epoch ms now. */
  readonly clock: () => number
}

/**
 * The network of a store folder behind the HTTP API. What is read is kept until the database file
 * changes: a picture is some megabytes, and a what-if is computed from all recent orders.
 */
export function createNetworkView(folder: string, { clock }: NetworkViewOptions): NetworkView {
  const commands = commandsOf(folder)
  const kept = keepReads(folder)
  const picture = (version?: number) =>
    kept(`picture ${version ?? ''}`, (db) => readPicture(db, version, commands.regions))
  const routesNow = () => networkStatus(folder, clock())
  const info = async (version?: number): Promise<NetworkInfo> =>
    networkInfo(await picture(version), await routesNow(), commands)
  const money = moneyOf(storeSettings(folder).store.currency)
  const routesOf = routeSetOpener(folder, clock, commands)

  return {
    info: ({ version }) => info(version),
    async map({ version, side }) {
      const seen = await picture(version)
      return kept(`map ${seen.shown.version} ${side}`, async () => networkMap(seen, side))
    },
    places: async () => networkPlaces(await picture()),
    async lanes(query) {
      return lanePage(requireLanes(await picture(), commands).rows, query)
    },
    sites: async ({ version }) =>
      kept(`sites ${version ?? ''}`, async (db) => {
        return sitesPlan(await readSitesPicture(db), version, { money, command: commands.sites })
      }),
    async lane(laneId) {
      const seen = await picture()
      return laneDetail(seen, requireLanes(seen, commands), laneId, money)
    },
    async trucks(query) {
      const seen = await picture()
      return truckPage(seen, requireLanes(seen, commands), query)
    },
    async route(query) {
      const seen = await picture()
      const asked = await routesOf(seen, query)
      return routeReply(seen, asked, query, storeSettings(folder).knobs, clock())
    },
    async whatIf(request) {
      const seen = await picture()
      const { current } = seen
      if (current === undefined) throw notInForce(commands)
      const whatIf = await kept(
        'what-if',
        (db): Promise<WhatIf> => readWhatIf(db, storeSettings(folder), { version: current }),
      )
      const places = placesAsked(request)
      const regionsWithout = closePlaces(whatIf, places)
      const ways = await kept('what-if parcels', (db) =>
        parcelWays(db, storeSettings(folder), whatIf),
      )
      const parcels = ways && (await parcelsWithout(ways, places))
      return whatIfReply(
        { picture: seen, whatIf, places, regions: regionsWithout, parcels },
        await routesNow(),
        { folder, money },
      )
    },
    async apply({ version, by }) {
      await applyRegions(folder, { version, by })
      return info()
    },
    async switch({ version, regions, at, by, reason, expected }) {
      await switchRoutes(folder, {
        version,
        ...(regions === undefined ? {} : { regions }),
        at: at === undefined ? clock() : Date.parse(at),
        by,
        reason,
        expected,
      })
      return info()
    },
    async rollBack({ by, reason, expected }) {
      await rollBackRoutes(folder, { at: clock(), by, reason, expected })
      return info()
    },
  }
}

function commandsOf(folder: string): NetworkInfo['commands'] {
  return {
    sites: `storewright network site --store ${folder}`,
    regions: `storewright network regions --apply --store ${folder}`,
    lanes: `storewright network lanes --store ${folder}`,
    routes: `storewright network routes --store ${folder}`,
  }
}

function requireLanes(
  { lanes }: NetworkPicture,
  { lanes: command }: NetworkInfo['commands'],
): PlannedLanes {
  if (lanes !== undefined) return lanes
  throw notPlanned('no lanes have been planned yet', command)
}

function notInForce({ regions }: NetworkInfo['commands']): StorewrightError {
  return new StorewrightError('ERR_STORE_EMPTY', 'no regions are in force yet', {
    next: `Apply some: \`${regions}\``,
  })
}

/** Parcels of a store on its lanes; undefined where no timetable says when anything leaves. */
async function parcelWays(
  db: Database,
  settings: Settings,
  { facts, plan, problem }: WhatIf,
): Promise<ParcelWays | undefined> {
  try {
    return await readParcelWays(db, settings, facts, plan, problem.demand)
  } catch (error) {
    if (error instanceof StorewrightError && error.code === 'ERR_TIMETABLE') return undefined
    throw error
  }
}

/** Opens the set that answers for an area; the one opened last is kept, for sets are large. */
function routeSetOpener(
  folder: string,
  clock: () => number,
  { routes: command }: NetworkInfo['commands'],
): (picture: NetworkPicture, query: RouteQuery) => Promise<AskedSet> {
  let last: { readonly version: number; readonly set: RouteSet } | undefined
  return async ({ network }, { to, version: asked }) => {
    const area = network.areas.ids.indexOf(to)
    if (area < 0) throw new StorewrightError('ERR_NOT_FOUND', `there is no area ${to}`)
    const { switches } = await withLedger(folder, readSwitches)
    const serving = routeSetsAt(switches, network.areas.ids, clock())[area]
    const sets = (await withDatabase(folder, 'read', (db) => listVersions(db, 'routes'))).map(
      (one) => noted<RoutesNote>(one),
    )
    const usual = sets.find(({ note }) => note.outage === null) ?? sets[0]
    const version = asked ?? serving ?? usual?.version
    if (version === undefined) {
      throw new StorewrightError('ERR_ROUTES_VERSION', 'no route set has been built yet', {
        next: `Build one: \`${command}\``,
      })
    }
    if (last?.version !== version) last = { version, set: openStoreRoutes(folder, version) }
    const name = sets.find((one) => one.version === version)?.note.name ?? `route set ${version}`
    return { set: last.set, version, name, inForce: version === serving }
  }
}
