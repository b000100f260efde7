import { requireArgument, StorewrightError } from '../../../core/errors.ts'
import { type KnobSettings, nearest, readKnob } from '../../../core/knobs.ts'
import { type Areas, regions, type siting } from '../../../network/index.ts'
import { demandByArea, type NetworkFacts } from '../facts.ts'
import { demandDrift } from './site-drift.ts'
import {
  SITE_CANDIDATES,
  SITE_CLOSE_CENTS,
  SITE_COMMITTED_YEARS,
  SITE_DISCOUNT,
  SITE_DRIFT,
  SITE_ENLARGE_CENTS,
  SITE_FIXED_SHARE,
  SITE_GROUPS,
  SITE_GROWTH_SPREAD,
  SITE_OPEN_CENTS,
  SITE_RENT_CENTS,
  SITE_ROOM_IN_USE,
  SITE_STEP,
} from './site-knobs.ts'
import { type AreaGroups, areaPoint, groupAreas, milesToGroups, newPlaces } from './site-places.ts'
import { type GivenScenario, type GrowthScenario, growthScenarios } from './site-scenarios.ts'

export interface SiteOptions {
  /** Years ahead; default 5. */
  readonly years?: number
  /** Expected growth of demand a year, as a share; default 0.08. */
  readonly growth?: number
  /** Ways demand may go; absent: three around the growth. */
  readonly scenarios?: readonly GivenScenario[]
  /** Sites that may open, grow or close in a year; default 2. */
  readonly mostChanges?: number
  /** New places that are looked at; default: the knob. */
  readonly candidates?: number
  /** Ids of sites, or of new places, that are open in every year. */
  readonly mustKeep?: readonly string[]
  /** Ids of those that are open in none. */
  readonly forbid?: readonly string[]
}

/** A place in which a building stands or could stand. */
export interface SitePlace {
  readonly id: string
  /** Where it is, for people. */
  readonly name: string
  /** Area in which it lies, where known. */
  readonly areaId: string | null
  readonly lat: number
  readonly lon: number
  readonly kind: 'centre' | 'shop' | 'new'
  /** Room today, m³; 0 for new places. */
  readonly roomM3: number
}

/** A problem of siting, and what its numbers stand for. */
export interface SiteProblem {
  /** Units are m³ of room that the stock for the demand takes. */
  readonly problem: siting.SitingProblem
  readonly places: readonly SitePlace[]
  readonly scenarios: readonly GrowthScenario[]
  readonly groups: number
  /** Orders a day and the room they need, today. */
  readonly ordersADay: number
  readonly roomM3: number
  /** What a mile costs a year for what one m³ of room sends. */
  readonly mileCentsPerM3: number
}

const DEFAULT_YEARS = 5
const MOST_YEARS = 30
const DEFAULT_GROWTH = 0.08
const DEFAULT_CHANGES = 2
const DAYS_A_YEAR = 365

/**
 * Where to build as a problem of siting: areas in groups, today's fulfilment centres and shops and
 * some new places, sizes in steps, demand by scenario and year in m³ of room. Throws ERR_ARGUMENT on
 * options that are wrong, naming which, ERR_NETWORK where no room is stated, ERR_STORE_EMPTY without
 * stock to tell how much room demand needs.
 */
export function siteProblemOf(
  facts: NetworkFacts,
  options: SiteOptions,
  knobs: KnobSettings,
): SiteProblem {
  const { years = DEFAULT_YEARS, mostChanges = DEFAULT_CHANGES } = options
  checkOptions(options, years)
  const scenarios = growthScenarios(
    options.growth ?? DEFAULT_GROWTH,
    readKnob(SITE_GROWTH_SPREAD, knobs),
    options.scenarios,
  )
  const { areas } = facts.network
  const orders = demandByArea(facts.orders, areas.population)
  const ordersADay = orders.reduce((sum, one) => sum + one, 0)
  const drift = demandDrift(facts.orders, areas.states, readKnob(SITE_DRIFT, knobs))
  const atEnd = orders.map((one, a) => one * Math.exp(drift[a]! * years))
  const groups = groupAreas(areas, atEnd, readKnob(SITE_GROUPS, knobs))
  const places = placesFor(facts, atEnd, groups, options, knobs)
  const roomM3 = roomNeeded(facts, places, knobs)
  const { mileCents } = regions.readPrices(knobs)
  // Rooms and orders as the store states them: a sample of both is planned like the whole.
  const mileCentsPerM3 = (ordersADay * DAYS_A_YEAR * mileCents) / roomM3
  const shares = sharesByYear(orders, drift, groups, years)
  const problem: siting.SitingProblem = {
    years,
    areaIds: Array.from(groups.centre, (area) => areas.ids[area]!),
    sites: sitesOf(places, usualRoom(facts.network), options, knobs),
    scenarios: scenarios.map(({ name, probability, growth }) => ({
      name,
      probability,
      demand: shares.map((share, at) => {
        const year = Math.floor(at / groups.centre.length)
        return share * roomM3 * (1 + growth) ** (year + 1)
      }),
    })),
    transportCents: milesToGroups(places, areas, atEnd, groups).map((m) => m * mileCentsPerM3),
    committedYears: Math.min(years, Math.round(readKnob(SITE_COMMITTED_YEARS, knobs))),
    maxChangesPerYear: mostChanges,
    discountRate: readKnob(SITE_DISCOUNT, knobs),
  }
  const groupCount = groups.centre.length
  return { problem, places, scenarios, groups: groupCount, ordersADay, roomM3, mileCentsPerM3 }
}

function checkOptions({ mostChanges = 0, candidates = 0 }: SiteOptions, years: number): void {
  const isWhole = (value: number, least: number) => Number.isInteger(value) && value >= least
  requireArgument(
    isWhole(years, 1) && years <= MOST_YEARS,
    `years is ${years}, not a whole number from 1 to ${MOST_YEARS}`,
  )
  requireArgument(
    isWhole(mostChanges, 0),
    `most changes is ${mostChanges}, not a whole number from 0`,
  )
  requireArgument(isWhole(candidates, 0), `candidates is ${candidates}, not a whole number from 0`)
}

/** Today's fulfilment centres and shops, then new places. */
function placesFor(
  facts: NetworkFacts,
  demand: Float64Array,
  groups: AreaGroups,
  options: SiteOptions,
  knobs: KnobSettings,
): readonly SitePlace[] {
  const { areas } = facts.network
  const today = placesToday(facts)
  const count = options.candidates ?? Math.round(readKnob(SITE_CANDIDATES, knobs))
  const added = newPlaces(today, areas, demand, groups, count).map((area): SitePlace => {
    return {
      id: `NEW-${areas.ids[area]}`,
      name: placeName(areas, area),
      areaId: areas.ids[area]!,
      ...areaPoint(areas, area),
      kind: 'new',
      roomM3: 0,
    }
  })
  return [...today, ...added]
}

function placesToday({ network, nowUnits, unitM3 }: NetworkFacts): readonly SitePlace[] {
  const { areas, sites } = network
  const usual = usualRoom(network)
  const stockM3 = (s: number) =>
    unitM3.reduce((sum, m3, j) => sum + m3 * nowUnits[s * unitM3.length + j]!, 0)
  return sites.ids.flatMap((id, s): SitePlace[] => {
    const kind = sites.kinds[s]!
    if (kind !== 'fulfilment_centre' && kind !== 'shop') return []
    const area = sites.area[s]!
    const stated = sites.capacityM3[s]!
    const unstated = kind === 'shop' ? stockM3(s) : usual
    return [
      {
        id,
        name: area < 0 ? '' : placeName(areas, area),
        areaId: area < 0 ? null : areas.ids[area]!,
        lat: sites.lat[s]!,
        lon: sites.lon[s]!,
        kind: kind === 'shop' ? 'shop' : 'centre',
        roomM3: Number.isFinite(stated) ? stated : unstated,
      },
    ]
  })
}

/** Middle of the rooms of today's fulfilment centres, else of shops: the size of a usual building. */
function usualRoom({ sites }: NetworkFacts['network']): number {
  for (const kind of ['fulfilment_centre', 'shop']) {
    const stated = [...sites.capacityM3]
      .filter((m3, s) => sites.kinds[s] === kind && m3 > 0 && Number.isFinite(m3))
      .sort((a, b) => a - b)
    if (stated.length > 0) return stated[Math.floor((stated.length - 1) / 2)]!
  }
  throw new StorewrightError('ERR_NETWORK', 'no fulfilment centre or shop states its room', {
    file: 'sites',
    column: 'capacity_m3',
    next: 'Give fulfilment centres capacity_m3 and import again.',
  })
}

function placeName({ names, states }: Areas, area: number): string {
  return states[area] === '' ? names[area]! : `${names[area]}, ${states[area]}`
}

/** m³ that the stock for today's demand takes. */
function roomNeeded(
  { nowUnits, unitM3 }: NetworkFacts,
  places: readonly SitePlace[],
  knobs: KnobSettings,
): number {
  const share = readKnob(SITE_ROOM_IN_USE, knobs)
  const taken = nowUnits.reduce((sum, units, at) => sum + units * unitM3[at % unitM3.length]!, 0)
  const needed = share > 0 ? share * places.reduce((sum, { roomM3 }) => sum + roomM3, 0) : taken
  if (needed > 0) return needed
  throw new StorewrightError('ERR_STORE_EMPTY', 'no stock lies at any site', {
    file: 'stock',
    next: 'Import stock.csv with site_id, or set the knob network.site-room-in-use to the share of room in use.',
  })
}

/** Share of demand of each group in each year, year × group; each year adds up to 1. */
function sharesByYear(
  orders: Float64Array,
  drift: Float64Array,
  { centre, of }: AreaGroups,
  years: number,
): Float64Array {
  const groups = centre.length
  const shares = new Float64Array(years * groups)
  for (let t = 0; t < years; t++) {
    const year = shares.subarray(t * groups, (t + 1) * groups)
    of.forEach((g, a) => {
      year[g]! += orders[a]! * Math.exp(drift[a]! * (t + 1))
    })
    const total = year.reduce((sum, one) => sum + one, 0)
    year.forEach((one, g) => {
      year[g] = one / total
    })
  }
  return shares
}

function sitesOf(
  places: readonly SitePlace[],
  usual: number,
  { mustKeep = [], forbid = [] }: SiteOptions,
  knobs: KnobSettings,
): readonly siting.SitingSite[] {
  const ids = places.map(({ id }) => id)
  for (const id of [...mustKeep, ...forbid])
    requireArgument(
      ids.includes(id),
      `there is no site ${id} to keep or forbid; did you mean ${nearest(id, ids)}?`,
    )
  const both = mustKeep.find((id) => forbid.includes(id))
  requireArgument(both === undefined, `site ${both} is both to be kept and forbidden`)
  return places.map((place): siting.SitingSite => {
    const isKept = mustKeep.includes(place.id) || place.kind === 'shop'
    const hold = forbid.includes(place.id) ? 'forbid' : isKept ? 'keep' : undefined
    return {
      id: place.id,
      sizes: sizesOf(place, usual, knobs),
      today: place.kind === 'new' ? -1 : 0,
      closeCents: place.roomM3 * readKnob(SITE_CLOSE_CENTS, knobs),
      ...(hold === undefined ? {} : { hold }),
    }
  })
}

/**
 * Sizes of a place: a centre has today's and two steps more, a new one a step below the usual
 * building, the usual one and a step above; a shop is as large as it is.
 */
function sizesOf(
  { kind, roomM3 }: SitePlace,
  usual: number,
  knobs: KnobSettings,
): readonly siting.SiteSize[] {
  const step = readKnob(SITE_STEP, knobs)
  const rooms =
    kind === 'shop'
      ? [roomM3]
      : kind === 'new'
        ? [usual / step, usual, usual * step]
        : [roomM3, roomM3 * step, roomM3 * step ** 2]
  const rent = readKnob(SITE_RENT_CENTS, knobs)
  const fixed = readKnob(SITE_FIXED_SHARE, knobs) * rent * usual
  return rooms.map((capacity, k) => ({
    name: `${Number(capacity.toPrecision(3))} m³`,
    capacity,
    yearlyCents: fixed + rent * capacity,
    buildCents:
      k === 0
        ? capacity * readKnob(SITE_OPEN_CENTS, knobs)
        : (capacity - rooms[k - 1]!) * readKnob(SITE_ENLARGE_CENTS, knobs),
  }))
}
