import { leastGain } from '../instance.ts'
import { type Assignment, costAt, move, overloadChange, overloadOf } from './assignment.ts'

/** Sites that a customer may move to or exchange at: the nearest open ones. */
const NEAR_SITES = 6

/** Passes after which rounding of prices must be what changes still come from. */
const MOST_PASSES = 200

/**
 * Shifts single customers, exchanges pairs and moves sites under their customers while that lowers
 * cost and priced overload; ends where none of the three does.
 */
export function improve(assignment: Assignment): void {
  let changed = true
  for (let pass = 0; changed && pass < MOST_PASSES; pass++) {
    changed = shiftAll(assignment)
    changed = exchangeAll(assignment) || changed
    changed = moveSites(assignment) || changed
  }
}

/** Less than this is rounding. */
const worth = ({ instance, cost }: Assignment) => -leastGain(instance, cost) / 2

/** What moving customer i to site j costs. */
function shiftCost(assignment: Assignment, i: number, j: number): number {
  const { assigned, demands } = assignment
  const from = assigned[i]!
  return (
    costAt(assignment, i, j) -
    costAt(assignment, i, from) +
    overloadChange(assignment, j, demands[i]!) +
    overloadChange(assignment, from, -demands[i]!)
  )
}

function shiftAll(assignment: Assignment): boolean {
  const { instance, openSites, assigned } = assignment
  let changed = false
  for (let i = 0; i < instance.customers; i++) {
    let best = worth(assignment)
    let to = -1
    for (const j of openSites) {
      if (j === assigned[i]) continue
      const cost = shiftCost(assignment, i, j)
      if (cost >= best) continue
      best = cost
      to = j
    }
    if (to < 0) continue
    move(assignment, i, to)
    changed = true
  }
  return changed
}

/** Customers by site. */
function membersOf({ instance, assigned }: Assignment): number[][] {
  const members: number[][] = Array.from({ length: instance.sites }, () => [])
  assigned.forEach((j, i) => {
    members[j]!.push(i)
  })
  return members
}

/** The open sites nearest to a customer. */
function nearOpen({ instance, isOpen }: Assignment, i: number): number[] {
  const { candidates, nearSite, p } = instance
  const found: number[] = []
  const most = Math.min(NEAR_SITES, p)
  for (let k = i * candidates.length; found.length < most; k++) {
    if (isOpen[nearSite[k]!] === 1) found.push(nearSite[k]!)
  }
  return found
}

function exchangeAll(assignment: Assignment): boolean {
  const { instance, assigned } = assignment
  const members = membersOf(assignment)
  let changed = false
  for (let i = 0; i < instance.customers; i++) {
    let best = worth(assignment)
    let partner = -1
    for (const j of nearOpen(assignment, i)) {
      if (j === assigned[i]) continue
      for (const k of members[j]!) {
        const cost = exchangeCost(assignment, i, k)
        if (cost >= best) continue
        best = cost
        partner = k
      }
    }
    if (partner < 0) continue
    exchange(assignment, members, i, partner)
    changed = true
  }
  return changed
}

/** What customers i and k changing places costs. */
function exchangeCost(assignment: Assignment, i: number, k: number): number {
  const { assigned, demands } = assignment
  const [a, b] = [assigned[i]!, assigned[k]!]
  const more = demands[k]! - demands[i]!
  return (
    costAt(assignment, i, b) +
    costAt(assignment, k, a) -
    costAt(assignment, i, a) -
    costAt(assignment, k, b) +
    overloadChange(assignment, a, more) +
    overloadChange(assignment, b, -more)
  )
}

function exchange(assignment: Assignment, members: number[][], i: number, k: number): void {
  const [a, b] = [assignment.assigned[i]!, assignment.assigned[k]!]
  move(assignment, i, b)
  move(assignment, k, a)
  members[a]![members[a]!.indexOf(i)] = k
  members[b]![members[b]!.indexOf(k)] = i
}

/** Moves each site to where it serves the same customers for least. */
function moveSites(assignment: Assignment): boolean {
  const { instance, openSites, isOpen } = assignment
  const members = membersOf(assignment)
  let changed = false
  for (let slot = 0; slot < openSites.length; slot++) {
    const from = openSites[slot]!
    if (instance.locked[from] === 1) continue
    let best = worth(assignment)
    let to = -1
    for (const site of instance.candidates) {
      if (isOpen[site] === 1 || !mayReplace(assignment, from, site)) continue
      const cost = siteMoveCost(assignment, members[from]!, from, site)
      if (cost >= best) continue
      best = cost
      to = site
    }
    if (to < 0) continue
    openSites[slot] = to
    isOpen[from] = 0
    isOpen[to] = 1
    for (const i of members[from]!) move(assignment, i, to)
    assignment.loads[from] = 0
    changed = true
  }
  return changed
}

/** Whether opening `site` for `closed` keeps within the new sites allowed. */
export function mayReplace({ instance, openSites }: Assignment, closed: number, site: number) {
  const { isNew, maxNew } = instance
  const now = openSites.reduce((sum, j) => sum + isNew[j]!, 0)
  return now + isNew[site]! - isNew[closed]! <= maxNew
}

function siteMoveCost(assignment: Assignment, members: number[], from: number, to: number): number {
  const { loads, price } = assignment
  const load = loads[from]!
  let cost = price * (overloadOf(assignment, to, load) - overloadOf(assignment, from, load))
  for (const i of members) cost += costAt(assignment, i, to) - costAt(assignment, i, from)
  return cost
}
