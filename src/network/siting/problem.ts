/** A size that a site can have: each is larger than the one before it. */
export interface SiteSize {
  readonly name: string
  /** Units a year, in the unit of demand. */
  readonly capacity: number
  /** Cost of a year at this size. */
  readonly yearlyCents: number
  /** Cost of growing to this size from the one before, or from nothing to the first. */
  readonly buildCents: number
}

/** A place where a building stands or could stand. */
export interface SitingSite {
  readonly id: string
  readonly sizes: readonly SiteSize[]
  /** Size today: its number in `sizes`, −1 where nothing is open. */
  readonly today: number
  readonly closeCents: number
  /** `keep`: open in every year; `forbid`: open in none; absent: free. */
  readonly hold?: 'keep' | 'forbid'
}

/** How demand may grow. */
export interface SitingScenario {
  readonly name: string
  /** Above 0; all together 1. */
  readonly probability: number
  /** Units of area a in year t at `t × areas + a`. */
  readonly demand: Float64Array
}

/** Where to open, enlarge and close buildings over years in which demand may go several ways. */
export interface SitingProblem {
  readonly years: number
  readonly areaIds: readonly string[]
  readonly sites: readonly SitingSite[]
  readonly scenarios: readonly SitingScenario[]
  /** Cost of a unit from site s to area a at `s × areas + a`; Infinity where it is not reached. */
  readonly transportCents: Float64Array
  /** Years, from the first, whose decisions are the same in all scenarios. */
  readonly committedYears: number
  /** Sites that may open, grow or close in one year; any number where absent. */
  readonly maxChangesPerYear?: number
  /** Worth of money a year later, as a share: 0.08 makes a cent next year cost 0.926 now. */
  readonly discountRate?: number
}

export type ChangeKind = 'open' | 'enlarge' | 'close'

/** What would be if another site grew in a site's place, all else the same. */
export interface SitingAlternative {
  readonly site: number
  /** Expected discounted cost above that of the plan. */
  readonly extraCents: number
}

/** One step of the transition, and why. */
export interface SitingChange {
  readonly kind: ChangeKind
  readonly site: number
  readonly year: number
  /** Sizes before and after, −1 closed. */
  readonly from: number
  readonly to: number
  /** Scenarios in which it happens; all of them in committed years. */
  readonly scenarios: readonly number[]
  /** Building or closing cost, not discounted. */
  readonly costCents: number
  /** Expected discounted cost of the plan without this step, less that of the plan; Infinity where demand would not fit. */
  readonly savesCents: number
  /** What each scenario adds to it, probability included; Infinity where its demand would not fit. */
  readonly savesByScenario: readonly number[]
  readonly reason: string
  /** Best first, of those that fit and are allowed; openings and enlargements only. */
  readonly alternatives: readonly SitingAlternative[]
}

/** A year in a scenario. */
export interface SitingYear {
  readonly scenario: number
  readonly year: number
  readonly openSites: number
  readonly demand: number
  readonly capacity: number
  /** Not discounted: yearly costs, building and closing, transport. */
  readonly yearlyCents: number
  readonly changeCents: number
  readonly transportCents: number
  /** Mean cost of bringing a unit to its area: it falls as regions become smaller. */
  readonly transportPerUnit: number
}

export interface SitingPlan {
  /** Size of site s in year t of scenario w at `(w × years + t) × sites + s`; −1 closed. */
  readonly sizes: Int8Array
  /** Expected discounted cost. */
  readonly costCents: number
  /** No plan costs less than this. */
  readonly boundCents: number
  readonly gap: number
  readonly proven: boolean
  /** How it was found: one exact solve, or years one after the other and then groups of sites. */
  readonly method: 'exact' | 'rolling'
  readonly changes: readonly SitingChange[]
  readonly years: readonly SitingYear[]
}

/** Number of the decisions of year t in scenario w: one for all scenarios in committed years. */
export function nodeOf({ years, committedYears }: SitingProblem, scenario: number, year: number) {
  const own = years - committedYears
  return year < committedYears ? year : committedYears + scenario * own + year - committedYears
}

/** How many decision nodes there are. */
export function nodeCount({ years, committedYears, scenarios }: SitingProblem): number {
  return committedYears + scenarios.length * (years - committedYears)
}

/** Probability times discount: what a cent in year t of scenario w weighs. */
export function weightOf(problem: SitingProblem, scenario: number, year: number): number {
  return problem.scenarios[scenario]!.probability / (1 + (problem.discountRate ?? 0)) ** year
}

/** Units that a site of size k holds; 0 where it is closed. */
export function capacityOf(site: SitingSite, size: number): number {
  return site.sizes[size]?.capacity ?? 0
}

/** Cost of going from one size to another; Infinity where that is not done: shrinking. */
export function changeCents({ sizes, closeCents }: SitingSite, from: number, to: number): number {
  if (to === from) return 0
  if (to < 0) return closeCents
  if (to < from) return Infinity
  return sizes.slice(from + 1, to + 1).reduce((sum, size) => sum + size.buildCents, 0)
}

/** Size of a site in the year before: today's before the first. */
export function sizeBefore(
  problem: SitingProblem,
  sizes: Int8Array,
  scenario: number,
  year: number,
  site: number,
): number {
  if (year === 0) return problem.sites[site]!.today
  return sizes[(scenario * problem.years + year - 1) * problem.sites.length + site]!
}
