import { setImmediate as breathe } from 'node:timers/promises'
import {
  createLookUp,
  type DepartureRoom,
  type LookUp,
  type LookUpSettings,
  MILLS_PER_CENT,
  type RouteSet,
} from '../../../core/routes/door.ts'

/** Milliseconds after which others have their turn. */
const STEP_MS = 5
/** Weights at which ways are looked up: between them cost is about a straight line. */
const [LIGHT_KG, HEAVY_KG] = [1, 11]

export interface WayCostParts {
  readonly sites: number
  readonly areas: number
  routesOf(area: number): RouteSet
  /** Number in a set of a site of the stock book; −1 where the set has none. */
  siteIn(set: RouteSet, site: number): number
  readonly room: DepartureRoom
  readonly settings: LookUpSettings
  /** Epoch minutes: from when, and how long a parcel may take. */
  readonly now: number
  readonly windowMinutes: number
  /** Cents of packing and closing a box, for each parcel. */
  readonly boxCents: number
  /** Milliseconds of any clock that runs. */
  readonly ticks: () => number
}

/**
 * What a parcel costs from each site to each area by what leaves now: fixed and by weight. Looks up in
 * small steps, so that requests in between wait for no more than a few milliseconds.
 */
export async function readWayCosts(
  parts: WayCostParts,
): Promise<{ readonly fixed: Float64Array; readonly perKg: Float64Array }> {
  const { sites, areas, routesOf, siteIn, ticks } = parts
  const fixed = new Float64Array(sites * areas).fill(Infinity)
  const perKg = new Float64Array(sites * areas)
  const lookUps = new Map<RouteSet, LookUp>()
  let began = ticks()
  for (let area = 0; area < areas; area++) {
    const set = routesOf(area)
    const lookUp = lookUps.get(set) ?? lookUpOf(set, parts)
    lookUps.set(set, lookUp)
    for (let site = 0; site < sites; site++) {
      const at = siteIn(set, site)
      if (at < 0) continue
      const way = wayOf(lookUp, area * set.siteIds.length + at, parts)
      if (way === undefined) continue
      fixed[site * areas + area] = way.fixed
      perKg[site * areas + area] = way.perKg
    }
    if (ticks() - began < STEP_MS) continue
    await breathe()
    began = ticks()
  }
  return { fixed, perKg }
}

/** Without fronts: what is asked once would not make up for their memory. */
function lookUpOf(set: RouteSet, { room, settings }: WayCostParts): LookUp {
  return createLookUp(set, room, settings, Infinity)
}

function wayOf(lookUp: LookUp, pair: number, { now, windowMinutes, boxCents }: WayCostParts) {
  const centsAt = (kg: number) =>
    lookUp.find(pair, now, now + windowMinutes, 1, kg) < 0
      ? undefined
      : lookUp.mills[0]! / MILLS_PER_CENT
  const [light, heavy] = [centsAt(LIGHT_KG), centsAt(HEAVY_KG)]
  if (light === undefined || heavy === undefined) return undefined
  const perKg = Math.max(0, (heavy - light) / (HEAVY_KG - LIGHT_KG))
  return { fixed: Math.max(0, light - LIGHT_KG * perKg) + boxCents, perKg }
}
