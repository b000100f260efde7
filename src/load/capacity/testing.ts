import { createRandom, type Random } from '../../core/random/random.ts'
import type { CapacityNeed, CapacityOffer, CapacityProblem } from './problem.ts'

/** How large a made problem is and what it is like. */
export interface MadeProblem {
  readonly services: number
  readonly types: number
  readonly locations: number
  readonly weeks: number
  /** Median over services of the usual requests/s at a location; default 1,100. */
  readonly medianLoad?: number
}

/** Requests/s of a server, cents an hour and discount of a term, for three sizes of two generations. */
const SIZES = [1, 2, 4]

/**
 * A made problem: services of very different sizes (log-normal), yearly season, growth, noise and a
 * sale week at the end of November; servers of three sizes in two generations, the newer one faster,
 * dearer and at first absent; prices that differ by location; terms of a year, 35 to 42 % off.
 */
export function makeProblem(size: MadeProblem, seed: number): CapacityProblem {
  const random = createRandom(`capacity ${seed}`)
  const types = Array.from(
    { length: size.types },
    (_, i) => `g${6 + Math.floor(i / 3)}.${SIZES[i % 3]}x`,
  )
  const locations = Array.from({ length: size.locations }, (_, l) => ({
    id: `place-${l}`,
    region: `place-${l}`,
    zones: 3,
  }))
  return {
    startMs: Date.UTC(2026, 0, 5),
    weeks: size.weeks,
    types,
    locations,
    offers: makeOffers(size, random.split('offers')),
    limits: [],
    needs: Array.from({ length: size.services }, (_, s) =>
      makeService(size, s, random.split(`service ${s}`)),
    ).flat(),
    riseCents: 2_000,
    beyondShare: 0.5,
    survivesZone: true,
  }
}

function makeOffers(size: MadeProblem, random: Random): CapacityOffer[] {
  return Array.from({ length: size.types * size.locations }, (_, k) => {
    const type = k % size.types
    const location = Math.floor(k / size.types)
    const generation = Math.floor(type / 3)
    const cents = 9 * SIZES[type % 3]! * (1 + 0.08 * generation) * (0.95 + 0.1 * random.next())
    const shared = { type, location, endWeek: Infinity }
    const firstWeek = generation === 0 ? 0 : 20
    return [
      { ...shared, term: 'hourly', centsPerHour: cents, termWeeks: 1, firstWeek, leadDays: 0 },
      {
        ...shared,
        term: 'reserved',
        centsPerHour: cents * (0.58 + 0.07 * random.next()),
        termWeeks: 52,
        firstWeek: Math.max(2, firstWeek),
        leadDays: 14,
      },
    ] satisfies CapacityOffer[]
  }).flat()
}

function makeService(size: MadeProblem, s: number, random: Random): CapacityNeed[] {
  const peak = (size.medianLoad ?? 1100) * Math.exp(1.3 * random.normal())
  const perCore = 60 * Math.exp(0.5 * random.normal())
  const perServer = Float64Array.from({ length: size.types }, (_, i) => {
    const cores = 2 * SIZES[i % 3]!
    // Larger servers pool their queues; the newer generation does a fifth more.
    return perCore * cores * (1 - 0.25 / Math.sqrt(cores)) * (1 + 0.2 * Math.floor(i / 3))
  })
  const growth = 0.15 + 0.2 * random.normal()
  const sale = 1.3 + random.next()
  return Array.from({ length: size.locations }, (_, l) => {
    const share = 0.3 + random.next()
    const need = Float64Array.from({ length: size.weeks }, (_, t) => {
      const season = 1 + 0.2 * Math.sin((2 * Math.PI * (t - 30)) / 52)
      const event = t % 52 === 47 ? sale : t % 52 === 46 || t % 52 === 48 ? 1 + (sale - 1) / 2 : 1
      const level = peak * share * Math.exp((growth * t) / 52)
      return level * season * event * Math.exp(0.05 * random.normal())
    })
    return { service: `service-${s}`, region: `place-${l}`, perServer, need, standing: [] }
  })
}
