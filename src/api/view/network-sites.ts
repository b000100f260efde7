import type { Database } from '../../core/sql/database.ts'
import {
  drawNetwork,
  listVersions,
  type Noted,
  readNetwork,
  type SiteStep,
  type SitesNote,
  type SiteYear,
} from '../../loop/index.ts'
import type { Network } from '../../network/index.ts'
import type { PlannedPlace, SiteStepRow, SitesPlan, SiteYearRow } from '../schemas/network-sites.ts'
import { notKept, notPlanned } from './network-errors.ts'
import { noted, readSiteNames } from './network-picture.ts'
import { listed, plural } from './words.ts'

/** What the Sites view needs of plans of sites. */
export interface SitesPicture {
  readonly network: Pick<Network, 'areas' | 'sites'>
  readonly siteNames: readonly string[]
  /** Newest first. */
  readonly versions: readonly Noted<SitesNote>[]
}

export interface SitesWords {
  readonly money: (cents: number) => string
  /** The command that plans anew. */
  readonly command: string
}

const DAYS_A_YEAR = 365
const NEW = 'NEW-'
const ADDED = ' (new)'

export async function readSitesPicture(db: Database): Promise<SitesPicture> {
  const network = await readNetwork(db)
  return {
    network,
    siteNames: await readSiteNames(db, network),
    versions: (await listVersions(db, 'sites')).map((one) => noted<SitesNote>(one)),
  }
}

/**
 * The reply of GET /api/network/sites: a plan of sites, the newest unless one is asked for. Throws
 * ERR_STORE_EMPTY with the command that plans where there is none, ERR_PLAN_NOT_FOUND on a number
 * that is not kept.
 */
export function sitesPlan(
  picture: SitesPicture,
  asked: number | undefined,
  { money, command }: SitesWords,
): SitesPlan {
  const { versions } = picture
  const newest = versions[0]
  if (newest === undefined) throw notPlanned('no sites have been planned yet', command)
  const shown = asked === undefined ? newest : versions.find(({ version }) => version === asked)
  if (shown === undefined) throw notKept(`plans of sites ${asked}`, versions)
  const { note } = shown
  const name = namerOf(picture)
  const steps = note.steps.map((step) => stepRow(step, note, name, money))
  return {
    sentence: sentenceOf(note, steps, money),
    shown: versionRow(shown),
    versions: versions.map(versionRow),
    years: note.years,
    committedYears: note.committedYears,
    scenarios: note.scenarios.map((one) => ({ ...one })),
    ordersADay: note.ordersADay,
    neededM3: note.neededM3,
    costCents: note.costCents,
    boundCents: note.boundCents,
    gap: note.gap,
    proven: note.isProven,
    cut: note.isCut,
    stayingCents: note.staying.costCents,
    blocked: note.staying.blocked,
    steps,
    path: note.path.map(yearRow),
    map: mapOf(picture, note, name),
    command,
  }
}

function versionRow({ version, createdAt, note }: Noted<SitesNote>) {
  const madeAt = new Date(createdAt).toISOString()
  return { version, madeAt, years: note.years, steps: note.steps.length }
}

function yearRow(year: SiteYear): SiteYearRow {
  const all = year.buildingCents + year.changeCents + year.transportCents
  const orders = DAYS_A_YEAR * year.ordersADay
  return { ...year, orderCents: orders > 0 ? all / orders : 0 }
}

/** Names of sites: as the store calls them; a new place after its area. */
function namerOf({ network: { areas, sites }, siteNames }: SitesPicture): (id: string) => string {
  const areaOf = new Map(areas.ids.map((id, a) => [id, a]))
  const known = new Map(sites.ids.map((id, s) => [id, siteNames[s]!]))
  return (id) => {
    const stated = known.get(id)
    if (stated !== undefined) return stated
    const area = areaOf.get(id.slice(NEW.length))
    if (!id.startsWith(NEW) || area === undefined) return id
    const state = areas.states[area]!
    return `${areas.names[area]}${state === '' ? '' : `, ${state}`}${ADDED}`
  }
}

function stepRow(
  step: SiteStep,
  note: SitesNote,
  name: (id: string) => string,
  money: (cents: number) => string,
): SiteStepRow {
  const { action, siteId, place, year, scenarios, savesCents } = step
  return {
    stepId: `${action}.${siteId}.${year}.${scenarios.join('.')}`,
    action,
    siteId,
    name: name(siteId),
    place,
    year,
    scenarios: [...scenarios],
    committed: year <= note.committedYears,
    fromM3: step.fromM3,
    sizeM3: step.sizeM3,
    costCents: step.costCents,
    savesCents,
    savesByScenario: (step.savesByScenario ?? []).map((cents, w) => ({
      scenario: note.scenarios[w]!.name,
      savesCents: cents,
    })),
    driver: driverOf(step, note, money),
    // The solver knows no currency; here it is known.
    reason: step.reason.replace(/saves [\d,]+ dollars/, `saves ${money(savesCents ?? 0)}`),
    alternatives: step.alternatives.map((other) => ({ ...other, name: name(other.siteId) })),
  }
}

/** Which way of demand a step answers to. */
function driverOf(
  { scenarios, savesByScenario, reason }: SiteStep,
  note: SitesNote,
  money: (cents: number) => string,
): string {
  const names = note.scenarios.map((one) => one.name)
  if (reason.includes(' is asked for')) return 'You asked for it.'
  const only = scenarios.length < names.length ? `It happens only if ${orWords(scenarios)}. ` : ''
  if (savesByScenario === undefined) return only.trim()
  const needed = names.filter((_, w) => savesByScenario[w] === null)
  if (needed.length === scenarios.length)
    return `${only}Without it there is no room for demand${needed.length > 1 ? ', whichever way it goes' : ''}.`
  if (needed.length > 0)
    return `${only}Demand as in ${orWords(needed)} asks for it: without it there is no room then.`
  return only + paysWords(names, savesByScenario as readonly number[], money)
}

/** Where a step pays and where it costs. */
function paysWords(
  names: readonly string[],
  saves: readonly number[],
  money: (cents: number) => string,
): string {
  const most = saves.indexOf(Math.max(...saves))
  const loses = names.filter((_, w) => saves[w]! < 0)
  const all = saves.reduce((sum, cents) => sum + cents, 0)
  if (saves[most]! <= 0) return 'It pays in no scenario alone, only together with other steps.'
  const gains = `Demand as in ${names[most]} drives it: ${money(saves[most]!)} of the ${money(all)} saved come from it`
  if (loses.length === 0) return names.length === 1 ? 'It pays.' : `${gains}; it costs in none.`
  const lost = saves.reduce((sum, cents) => sum + Math.min(0, cents), 0)
  return `It pays if ${names[most]} (${money(saves[most]!)}, by its probability) and costs ${money(-lost)} if ${orWords(loses)}.`
}

const orWords = (words: readonly string[]) => listed(words).replace(' and ', ' or ')

const VERBS = { open: 'open', enlarge: 'enlarge', close: 'close' } as const

/** What to do first, how much is left open, and what it is worth. */
function sentenceOf(
  note: SitesNote,
  steps: readonly SiteStepRow[],
  money: (cents: number) => string,
): string {
  const now = steps.filter(({ committed }) => committed)
  const first = now.slice(0, 2).map(({ action, name, year }) => {
    return `${VERBS[action]} ${name.endsWith(ADDED) ? `a building in ${name.slice(0, -ADDED.length)}` : name} in year ${year}`
  })
  const rest = now.length - first.length
  const what =
    steps.length === 0
      ? `No building is worth opening, enlarging or closing over ${plural(note.years, 'year')}`
      : now.length === 0
        ? `Nothing is to be decided now; ${plural(steps.length, 'change')} may follow as demand goes`
        : capitalized(
            `${listed([...first, ...(rest > 0 ? [`make ${plural(rest, 'more change')}`] : [])])}: decided now, whichever way demand goes`,
          )
  return `${what}. ${worthOf(note, money)}`
}

function worthOf({ costCents, staying }: SitesNote, money: (cents: number) => string): string {
  const cost = `${money(costCents)} expected over all years`
  if (staying.costCents === null)
    return `It costs ${cost}. Changing nothing does not work: ${staying.blocked}.`
  const saved = staying.costCents - costCents
  const share = (100 * saved) / staying.costCents
  if (saved <= 0) return `It costs ${cost}, as much as changing nothing.`
  return `It costs ${cost}, ${money(saved)} (${share.toFixed(1)} %) less than changing nothing.`
}

const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

/** The country with all places that are open today or may be built. */
function mapOf(
  { network }: SitesPicture,
  { steps }: SitesNote,
  name: (id: string) => string,
): SitesPlan['map'] {
  const { areas, sites } = network
  const map = drawNetwork(network, new Int32Array(areas.ids.length), 1)
  const today = sites.ids.flatMap((id, s): PlannedPlace[] => {
    const kind = kindOf(sites.kinds[s]!)
    const [x, y] = [map.siteX[s]!, map.siteY[s]!]
    if (kind === undefined || Number.isNaN(x)) return []
    const room = sites.capacityM3[s]!
    const roomM3 = Number.isFinite(room) ? room : null
    return [{ siteId: id, name: name(id), kind, x: tenth(x), y: tenth(y), roomM3 }]
  })
  const built = new Map(steps.map(({ siteId, areaId }) => [siteId, areaId]))
  const added = [...built].flatMap(([siteId, areaId]): PlannedPlace[] => {
    const area = siteId.startsWith(NEW) ? areas.ids.indexOf(areaId ?? '') : -1
    const [x, y] = [map.areaX[area] ?? Number.NaN, map.areaY[area] ?? Number.NaN]
    if (Number.isNaN(x)) return []
    return [{ siteId, name: name(siteId), kind: 'new', x: tenth(x), y: tenth(y), roomM3: 0 }]
  })
  const isShaped = map.states !== ''
  return {
    width: map.width,
    height: map.height,
    states: map.states,
    country: map.regions[0] ?? '',
    areas: isShaped
      ? []
      : Array.from(map.areaX, (x, a) => ({ x: tenth(x), y: tenth(map.areaY[a]!) })),
    places: [...today, ...added],
  }
}

function kindOf(kind: string): PlannedPlace['kind'] | undefined {
  return kind === 'fulfilment_centre' ? 'centre' : kind === 'shop' ? 'shop' : undefined
}

const tenth = (value: number) => Math.round(10 * value) / 10
