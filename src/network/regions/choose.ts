import type { RegionPrices } from './knobs.ts'
import type { CurvePoint, ScoredCandidate } from './result.ts'
import type { RegionMeasures } from './types.ts'

export interface Choice {
  readonly chosen: ScoredCandidate | undefined
  /** By point of the curve. */
  readonly reasons: readonly string[]
}

/** Parts of the objective, cents an order. */
interface Parts {
  readonly miles: number
  readonly lanes: number
  readonly split: number
  readonly slow: number
  readonly moves: number
}

const PART_WORDS: Readonly<Record<keyof Parts, string>> = {
  miles: 'miles inside the region',
  lanes: 'lanes kept open',
  split: 'parcels from other regions',
  slow: 'orders not promised in time',
  moves: 'areas that change their region',
}

/**
 * Chooses the point with the least cents an order: those of the simulator among what it scored,
 * else those of the search; and says of every point why it was chosen or what it lacks.
 */
export function choosePoint(curve: readonly CurvePoint[], prices: RegionPrices): Choice {
  const usable = curve.flatMap((point) => {
    const best = bestOf(point)
    return best === undefined ? [] : [best]
  })
  const scored = usable.filter((candidate) => candidate.score !== undefined)
  const pool = scored.length > 0 ? scored : usable
  const chosen = pool.reduce<ScoredCandidate | undefined>(
    (best, one) => (best === undefined || centsOf(one) < centsOf(best) ? one : best),
    undefined,
  )
  return { chosen, reasons: curve.map((point) => reasonOf(point, chosen, prices)) }
}

/** The best candidate of a point that keeps all limits. */
export function bestOf({ candidates }: CurvePoint): ScoredCandidate | undefined {
  return candidates.find((candidate) => candidate.violation === 0)
}

/** Cents an order by which candidates are compared. */
export function centsOf({ score, costCents, measures }: ScoredCandidate): number {
  return score?.cents ?? costCents / measures.total.demand
}

function reasonOf(
  point: CurvePoint,
  chosen: ScoredCandidate | undefined,
  prices: RegionPrices,
): string {
  const best = bestOf(point)
  if (best === undefined) return blockedWords(point)
  const { total } = best.measures
  const facts = `${percent(total.wholeShare)} of orders whole in their region, ${percent(total.promisedShare)} also in time, ${Math.round(total.breadth).toLocaleString('en')} products a region, ${total.lanes.toLocaleString('en')} lanes`
  if (chosen === undefined) return facts
  if (best === chosen) return `chosen: least cost at ${centsWords(best)}; ${facts}`
  if (best.score === undefined && chosen.score !== undefined)
    return `not simulated, its ${centsWords(best)} by the search being too far from the best; ${facts}`
  const more = centsOf(best) - centsOf(chosen)
  const words = differences(best, chosen, prices)
  const where = best.score === undefined ? '' : ' in simulation'
  return `${more.toFixed(1)} cents an order more${where} than ${chosen.plan.regions} regions: ${words}; ${facts}`
}

/** Blockers named in one reason. */
const BLOCKERS_NAMED = 3

function blockedWords({ blockers }: CurvePoint): string {
  const named = blockers.slice(0, BLOCKERS_NAMED).map(({ message }) => message)
  const more = blockers.length - named.length
  return `not possible: ${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`
}

function centsWords(candidate: ScoredCandidate): string {
  const by = candidate.score === undefined ? '' : ' in simulation'
  return `${centsOf(candidate).toFixed(1)} cents an order${by}`
}

/** Where a candidate's cents come from. */
export function partsOf(candidate: ScoredCandidate, prices: RegionPrices): Parts {
  const { total } = candidate.measures
  const miles = prices.mileCents * total.milesInside
  const lanes = (prices.laneCents * total.lanes) / total.demand
  return {
    miles,
    lanes,
    split: total.costCents - miles - lanes,
    slow: total.objectiveCents - total.costCents,
    moves: Math.max(0, candidate.costCents / total.demand - total.objectiveCents),
  }
}

/** What makes one candidate dearer than another: by the simulator where it said so of both. */
function differences(one: ScoredCandidate, other: ScoredCandidate, prices: RegionPrices): string {
  if (one.score?.parts !== undefined && other.score?.parts !== undefined)
    return comparison(one.score.parts, other.score.parts)
  const inWords = (candidate: ScoredCandidate) =>
    Object.fromEntries(
      Object.entries(partsOf(candidate, prices)).map(([name, cents]) => [
        PART_WORDS[name as keyof Parts],
        cents,
      ]),
    )
  return comparison(inWords(one), inWords(other))
}

function comparison(
  one: Readonly<Record<string, number>>,
  other: Readonly<Record<string, number>>,
): string {
  const words = Object.keys(one)
    .map((name) => ({ name, change: one[name]! - (other[name] ?? 0) }))
    .filter(({ change }) => Math.abs(change) >= 0.05)
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change))
    .slice(0, 3)
    .map(({ name, change }) => `${name} ${change > 0 ? '+' : '−'}${Math.abs(change).toFixed(1)}`)
  return words.length > 0 ? words.join(', ') : 'no part differs by much'
}

const percent = (share: RegionMeasures['wholeShare']) => `${(100 * share).toFixed(1)} %`
