import type { CompleteProblem } from './problem.ts'

/** Who is served from where: `share[k]` of `customer[k]` from `site[k]`; shares of a customer sum to 1. */
export interface Shares {
  readonly site: Int32Array
  readonly customer: Int32Array
  readonly share: Float64Array
}

/** Which sites to open and who serves whom, with the bound that says how good that is. */
export interface FacilityPlan {
  /** 1 for each open site. */
  readonly open: Uint8Array
  /** The site that serves most of each customer. */
  readonly site: Int32Array
  readonly shares: Shares
  /** Fixed costs of open sites + costs of serving. */
  readonly value: number
  /** No plan costs less. */
  readonly bound: number
  /** (value − bound) / value. */
  readonly gap: number
  /** Whether the gap is within `network.facility-proof-gap`. */
  readonly proven: boolean
  /** Nodes of branch and bound. */
  readonly nodes: number
  /** In words: what it costs, how sure that is, and which capacities bind. */
  readonly reasons: readonly string[]
}

/** Shares where `site` serves each customer whole. */
export function wholeShares(site: Int32Array): Shares {
  return {
    site: site.slice(),
    customer: Int32Array.from(site, (_, j) => j),
    share: new Float64Array(site.length).fill(1),
  }
}

/** The site with the largest share of each customer. */
export function mainSites(shares: Shares, customers: number): Int32Array {
  const site = new Int32Array(customers).fill(-1)
  const most = new Float64Array(customers)
  shares.share.forEach((share, k) => {
    const j = shares.customer[k]!
    if (share <= most[j]!) return
    most[j] = share
    site[j] = shares.site[k]!
  })
  return site
}

/** Puts a plan together from its open sites and shares. */
export function makePlan(
  problem: CompleteProblem,
  found: { readonly open: Uint8Array; readonly shares: Shares; readonly value: number },
  proof: { readonly bound: number; readonly nodes: number; readonly gap: number },
): FacilityPlan {
  const { value, open, shares } = found
  const bound = Math.min(proof.bound, value)
  const gap = value > 0 ? (value - bound) / value : 0
  // A bound is the value less the gap, and loses its last digits on the way.
  const proven = gap <= proof.gap * (1 + 1e-3)
  return {
    ...{ open, shares, value, bound, gap, proven },
    site: mainSites(shares, problem.customers),
    nodes: proof.nodes,
    reasons: [
      costReason(problem, open, value),
      proven
        ? 'No plan costs less: proven by bounds.'
        : `No plan costs less than ${round(bound)}: this one is at most ${round(100 * gap)} % above the best.`,
      ...fullReason(problem, found.open, shares),
    ],
  }
}

function costReason(problem: CompleteProblem, open: Uint8Array, value: number): string {
  const opened = open.reduce((sum, flag) => sum + flag, 0)
  const fixed = open.reduce((sum, flag, i) => sum + flag * problem.fixedCost[i]!, 0)
  return `Opens ${opened} of ${problem.sites} sites for ${round(fixed)} and serves everyone for ${round(value - fixed)}.`
}

/** Which open sites are full: more room there would be worth something. */
function fullReason(problem: CompleteProblem, open: Uint8Array, shares: Shares): string[] {
  if (!problem.capacitated) return []
  const load = new Float64Array(problem.sites)
  shares.share.forEach((share, k) => {
    const i = shares.site[k]!
    load[i] = load[i]! + share * problem.demand[shares.customer[k]!]!
  })
  const full = [...open.keys()].filter(
    (i) =>
      open[i] === 1 &&
      load[i]! >= problem.capacity[i]! * (1 - 1e-9) &&
      problem.capacity[i]! < problem.totalDemand,
  )
  if (full.length === 0) return ['No open site is full: capacity does not bind.']
  const names = full.slice(0, 5).map((i) => problem.siteIds?.[i] ?? String(i))
  const more = full.length > 5 ? ` and ${full.length - 5} more` : ''
  return [`Full, so that others serve what they could: site ${names.join(', ')}${more}.`]
}

function round(value: number): string {
  return String(Number(value.toPrecision(6)))
}
