import { StorewrightError } from '../../core/errors.ts'
import { type KnobSettings, nearest, readKnob } from '../../core/knobs.ts'
import type { ForecastSeries } from '../files/read-forecast.ts'
import type { LoadAxis } from '../types.ts'
import { beyondBooked, heldBeyondWeek } from './booked.ts'
import type { StandingOrder } from './decisions.ts'
import { needAt, WEEK_MS, type WeekPeaks, weekPeaks } from './headroom.ts'
import { beyondTermShare, riseCents, shortageRisk } from './knobs.ts'
import type { CapacityLimit, CapacityNeed, CapacityOffer, CapacityProblem } from './problem.ts'
import type {
  HistoryFacts,
  LocationFacts,
  OfferFacts,
  ServiceFacts,
  TestStep,
  TypeFacts,
} from './read-tables.ts'
import { fitTransfer, type TransferCurve } from './transfer.ts'

/** Everything that a plan of servers is made from. */
export interface CapacityFacts {
  readonly series: readonly ForecastSeries[]
  readonly services: readonly ServiceFacts[]
  readonly types: readonly TypeFacts[]
  readonly locations: readonly LocationFacts[]
  readonly offers: readonly OfferFacts[]
  readonly tests: readonly TestStep[]
  readonly history: ReadonlyMap<string, HistoryFacts>
  readonly standing: readonly StandingOrder[]
  /** Start of week 0, epoch ms. */
  readonly startMs: number
  readonly weeks: number
  /** How far the largest minute of a step lies above its mean. */
  readonly peakFactor: number
  readonly survivesZone: boolean
  readonly seed: number
  readonly settings: KnobSettings
}

/** The problem, with what its numbers rest on; needs, peaks and curves go together. */
export interface BuiltProblem {
  readonly problem: CapacityProblem
  /** [needs] */
  readonly peaks: readonly WeekPeaks[]
  /** By service. */
  readonly curves: ReadonlyMap<string, TransferCurve>
  readonly risk: number
  readonly notes: readonly string[]
}

/** Points of a type's own from which its curve is fitted apart from the others'. */
const OWN_POINTS = 8
const ERROR_TARGET = 0.01

/** Turns forecasts, load tests and offers into a problem. Throws ERR_FEED_UNKNOWN_REFERENCE on names that nothing has. */
export function buildProblem(facts: CapacityFacts): BuiltProblem {
  const { series, types, locations, startMs, weeks, peakFactor, survivesZone, settings } = facts
  const risk = readKnob(shortageRisk, settings)
  const notes: string[] = []
  const curves = new Map<string, TransferCurve>()
  const peaks: WeekPeaks[] = []
  const needs = series.map(({ group, forecast }) => {
    const service = serviceOf(facts, group)
    const region = group['region'] ?? 'all'
    requireRegion(facts, service.id, region)
    const { perServer, curve } = capacities(facts, service)
    curves.set(service.id, curve)
    const held = heldBeyondWeek(forecast.axis, {
      standing: standingAt(facts, service.id, region),
      perServer: (id) => perServer[types.findIndex((type) => type.id === id)] ?? 0,
      zones: (id) => (survivesZone ? (locations.find((one) => one.id === id)?.zones ?? 1) : 1),
      startMs,
    })
    const perSecond = (1000 * peakFactor) / forecast.axis.stepMs
    const left = beyondBooked(forecast, held, perSecond)
    const own = weekPeaks(left, startMs, weeks, peakFactor)
    peaks.push(own)
    const need = needAt(own, risk)
    return {
      service: service.id,
      region,
      perServer,
      need,
      standing: standingOf(facts, service.id, region),
      isBooked: bookedWeeks(held, forecast.axis, startMs, weeks),
    }
  }) satisfies CapacityNeed[]
  for (const { id, zones } of locations) {
    if (zones === 1 && survivesZone)
      notes.push(`${id} has one zone: nothing there survives its failure.`)
  }
  const problem: CapacityProblem = {
    startMs,
    weeks,
    types: types.map(({ id }) => id),
    locations,
    offers: facts.offers.map((offer) => offerOf(facts, offer)),
    limits: limitsOf(facts),
    needs,
    riseCents: readKnob(riseCents, settings),
    beyondShare: readKnob(beyondTermShare, settings),
    survivesZone,
  }
  return { problem, peaks, curves, risk, notes }
}

/** Offers of types that state prices without locations: everywhere, by the hour and for a year. */
export function offersEverywhere(
  types: readonly TypeFacts[],
  locations: readonly LocationFacts[],
): OfferFacts[] {
  return types.flatMap((type) =>
    locations.flatMap((location) => {
      const shared = {
        type: type.id,
        location: location.id,
        leadDays: type.leadDays,
        fromMs: Number.NaN,
        untilMs: Number.NaN,
        mostServers: Infinity,
      }
      const hourly = {
        ...shared,
        term: 'hourly' as const,
        centsPerHour: type.centsPerHour,
        termWeeks: 1,
      }
      const cents = type.reservedCentsPerHour
      if (Number.isNaN(cents)) return [hourly]
      return [hourly, { ...shared, term: 'reserved' as const, centsPerHour: cents, termWeeks: 52 }]
    }),
  )
}

function serviceOf(
  { services }: CapacityFacts,
  group: Readonly<Record<string, string>>,
): ServiceFacts {
  const name = group['service'] ?? group['service_id'] ?? 'all'
  const found = services.find(({ id }) => id === name)
  return (
    found ??
    unknown(
      'service',
      name,
      services.map(({ id }) => id),
    )
  )
}

function requireRegion({ locations }: CapacityFacts, service: string, region: string): void {
  if (region === 'all' || locations.some((one) => one.region === region)) return
  throw new StorewrightError(
    'ERR_FEED_UNKNOWN_REFERENCE',
    `${service} is forecast in ${region}, where no location is`,
    { value: region, next: 'Add a location with this region to the file of locations.' },
  )
}

function unknown(what: string, name: string, known: readonly string[]): never {
  throw new StorewrightError('ERR_FEED_UNKNOWN_REFERENCE', `there is no ${what} ${name}`, {
    value: name,
    next: `Did you mean ${nearest(name, known)}? Add it to the file of ${what}s otherwise.`,
  })
}

/** Requests/s that a server of each type holds. */
function capacities(facts: CapacityFacts, service: ServiceFacts) {
  const { types, tests, history, seed, settings } = facts
  const past = history.get(service.id)
  const cpu = Number.isNaN(service.cpuMsPerRequest)
    ? (past?.cpuMsPerRequest ?? Number.NaN)
    : service.cpuMsPerRequest
  const goal = {
    latencyTargetMs: service.latencyTargetMs,
    cpuMsPerRequest: cpu,
    errorTarget: ERROR_TARGET,
  }
  const own = tests.filter((test) => test.service === service.id)
  const curve = fitTransfer(joinPoints(facts, own, past), goal, seed, settings)
  const perServer = Float64Array.from(types, ({ id, cores, coreSpeed }) => {
    const mine = own.filter((test) => test.type === id)
    const fitted =
      mine.length >= OWN_POINTS
        ? fitTransfer(joinPoints(facts, mine, undefined), goal, seed, settings)
        : curve
    return fitted.perCore * cores * coreSpeed
  })
  return { perServer, curve }
}

/** Tests and history as load on one core of speed 1. */
function joinPoints(
  { types }: CapacityFacts,
  tests: readonly TestStep[],
  past: HistoryFacts | undefined,
) {
  const tested = tests.map((test) => {
    const type =
      types.find(({ id }) => id === test.type) ??
      unknown(
        'server type',
        test.type,
        types.map(({ id }) => id),
      )
    return { ...test, load: test.load / (type.cores * type.coreSpeed) }
  })
  const points = past?.points
  return {
    load: Float64Array.from([...tested.map((one) => one.load), ...(points?.load ?? [])]),
    latencyMs: Float64Array.from([
      ...tested.map((one) => one.latencyMs),
      ...(points?.latencyMs ?? []),
    ]),
    errorShare: Float64Array.from([
      ...tested.map((one) => one.errorShare),
      ...(points?.errorShare ?? []),
    ]),
  }
}

function offerOf({ types, locations, startMs }: CapacityFacts, facts: OfferFacts): CapacityOffer {
  const type = types.findIndex(({ id }) => id === facts.type)
  const location = locations.findIndex(({ id }) => id === facts.location)
  if (type < 0)
    unknown(
      'server type',
      facts.type,
      types.map(({ id }) => id),
    )
  if (location < 0)
    unknown(
      'location',
      facts.location,
      locations.map(({ id }) => id),
    )
  const { term, centsPerHour, termWeeks, leadDays, fromMs, untilMs } = facts
  const weekOf = (ms: number) => Math.ceil((ms - startMs) / WEEK_MS)
  const first = Math.max(Math.ceil(leadDays / 7), Number.isNaN(fromMs) ? 0 : weekOf(fromMs))
  const endWeek = Number.isNaN(untilMs) ? Infinity : Math.max(0, weekOf(untilMs))
  return { type, location, term, centsPerHour, termWeeks, leadDays, firstWeek: first, endWeek }
}

function limitsOf({ types, locations, offers }: CapacityFacts): CapacityLimit[] {
  return types.flatMap(({ id }, type) =>
    locations.flatMap((place, location) => {
      const own = offers.filter((one) => one.type === id && one.location === place.id)
      const servers = own.reduce((most, one) => Math.min(most, one.mostServers), Infinity)
      return Number.isFinite(servers) ? [{ type, location, servers }] : []
    }),
  )
}

/** [weeks] whether servers stand for a part of the week. */
function bookedWeeks(
  held: Float64Array,
  axis: LoadAxis,
  startMs: number,
  weeks: number,
): readonly boolean[] {
  const booked: boolean[] = new Array(weeks).fill(false)
  held.forEach((value, t) => {
    const week = Math.floor((axis.startMs + t * axis.stepMs - startMs) / WEEK_MS)
    if (value > 0 && week >= 0 && week < weeks) booked[week] = true
  })
  return booked
}

/** Servers of a service in a region, whenever they stand. */
function standingAt(
  { standing, locations }: CapacityFacts,
  service: string,
  region: string,
): StandingOrder[] {
  return standing.filter((one) => {
    const place = locations.find(({ id }) => id === one.region)
    return one.serviceId === service && (region === 'all' || place?.region === region)
  })
}

function standingOf(
  { standing, types, locations, startMs, weeks }: CapacityFacts,
  service: string,
  region: string,
) {
  return standing.flatMap((one) => {
    const type = types.findIndex(({ id }) => id === one.serverTypeId)
    const location = locations.findIndex(({ id }) => id === one.region)
    if (type < 0)
      unknown(
        'server type',
        one.serverTypeId,
        types.map(({ id }) => id),
      )
    if (location < 0)
      unknown(
        'location',
        one.region,
        locations.map(({ id }) => id),
      )
    if (one.serviceId !== service || (region !== 'all' && locations[location]!.region !== region))
      return []
    const servers = Float64Array.from({ length: weeks }, (_, t) => {
      const from = startMs + t * WEEK_MS
      return one.fromMs <= from && from + WEEK_MS <= one.untilMs ? one.servers : 0
    })
    return [{ type, location, servers }]
  })
}
