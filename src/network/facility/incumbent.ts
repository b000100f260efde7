import { StorewrightError } from '../../core/errors.ts'
import { type Shares, wholeShares } from './plan.ts'
import type { CompleteProblem } from './problem.ts'
import type { SiteStates } from './relaxation.ts'
import { type Assignment, assignmentValue, SingleSearch } from './single-search.ts'
import { SiteSearch } from './site-search.ts'

/** A plan found, without proof. */
export interface Found {
  readonly open: Uint8Array
  readonly shares: Shares
  readonly value: number
}

/** The best plan known, and how sets of open sites become plans. */
export class Incumbent {
  best: Found | undefined
  readonly #problem: CompleteProblem
  readonly #onBetter: ((value: number) => void) | undefined
  readonly #sites: SiteSearch
  readonly #single: SingleSearch | undefined
  readonly #looked = new Set<string>()
  /** Above every plan: what all sites and the dearest way of serving everyone cost. */
  readonly #ceiling: number

  constructor(problem: CompleteProblem, onBetter: ((value: number) => void) | undefined) {
    this.#problem = problem
    this.#onBetter = onBetter
    this.#sites = new SiteSearch(problem)
    this.#single = problem.sourcing === 'single' ? new SingleSearch(problem) : undefined
    this.#ceiling = ceiling(problem)
  }

  /** Value of the best plan, or above all plans while there is none. */
  get upper(): number {
    return this.best?.value ?? this.#ceiling
  }

  /** Cost of serving everyone from `open` where customers may be shared: a bound under single sourcing. */
  sharedValue(open: Uint8Array): number {
    return this.#sites.evaluate(open)
  }

  /** Serves everyone from `open`, and keeps that where it is better than what is known. */
  look(open: Uint8Array): void {
    const key = open.join('')
    if (this.#looked.has(key)) return
    this.#looked.add(key)
    const value = this.#sites.evaluate(open)
    if (value >= this.upper) return
    const transport = this.#sites.transportOf(open)
    if (this.#single !== undefined) this.#takeWhole(this.#single.fromShares(transport))
    else this.#take({ open: open.slice(), shares: sharesOf(transport), value })
  }

  /** Keeps the assignment of customers to the sites of `open`, and what a search from it finds, where better. */
  take(site: Int32Array, open: Uint8Array): void {
    if (this.#single === undefined) return
    // As it is first: the search may leave it for one that overloads a site, and not come back.
    this.#takeWhole({ site, value: assignmentValue(this.#problem, site) })
    this.#takeWhole(this.#single.fromSites(site, open))
  }

  /** Local search from the best plan's sites over free ones. */
  improve(stop: () => boolean, states: SiteStates, tries: number): void {
    if (this.best === undefined || tries === 0) return
    const { open } = this.#sites.improve(this.best.open, stop, states, tries)
    this.look(open)
  }

  /** Throws ERR_INFEASIBLE with the sites that cannot hold the customers only they may serve. */
  refuseIfBlocked(all: Uint8Array): void {
    if (this.#sites.evaluate(all) < Infinity) return
    const { customers: n, cost, demand, capacity } = this.#problem
    const blocking = new Set(this.#sites.transportOf(all).blockingSites())
    const theirs = Array.from({ length: n }, (_, j) => j).filter((j) =>
      Array.from(capacity, (_, i) => cost[i * n + j]! === Infinity || blocking.has(i)).every(
        Boolean,
      ),
    )
    const wanted = theirs.reduce((sum, j) => sum + demand[j]!, 0)
    const held = [...blocking].reduce((sum, i) => sum + capacity[i]!, 0)
    const names = [...blocking].map((i) => this.#problem.siteIds?.[i] ?? String(i)).slice(0, 8)
    const more = blocking.size > names.length ? ` and ${blocking.size - names.length} more` : ''
    throw new StorewrightError(
      'ERR_INFEASIBLE',
      `${theirs.length} customers may be served only from site ${names.join(', ')}${more}: they demand ${wanted}, these sites hold ${held}.`,
      { next: 'Add capacity there, or allow other sites to serve them.', value: names.join(', ') },
    )
  }

  #takeWhole(found: Assignment): void {
    const open = new Uint8Array(this.#problem.sites)
    for (const i of found.site) open[i] = 1
    this.#take({ open, shares: wholeShares(found.site), value: found.value })
  }

  #take(found: Found): void {
    if (!(found.value < this.upper)) return
    this.best = found
    this.#onBetter?.(found.value)
  }
}

function sharesOf(transport: {
  forEachShare(visit: (site: number, customer: number, share: number) => void): void
}): Shares {
  const sites: number[] = []
  const customers: number[] = []
  const shares: number[] = []
  transport.forEachShare((site, customer, share) => {
    sites.push(site)
    customers.push(customer)
    shares.push(share)
  })
  return {
    site: Int32Array.from(sites),
    customer: Int32Array.from(customers),
    share: Float64Array.from(shares),
  }
}

function ceiling(problem: CompleteProblem): number {
  const { customers: n, cost, fixedCost } = problem
  const dearest = new Float64Array(n)
  cost.forEach((c, k) => {
    if (c < Infinity) dearest[k % n] = Math.max(dearest[k % n]!, c)
  })
  const sum = (values: Float64Array) => values.reduce((total, one) => total + one, 0)
  return (sum(dearest) + sum(fixedCost)) * (1 + 1e-6) + 1
}
