import type { FeedbackEvent } from '../feedback/events.ts'

/** A product that goes with another, and how strongly. */
export interface Companion {
  readonly productId: string
  /** In (0, 1): how much more often together than apart, shrunk where seldom seen. */
  readonly score: number
}

/** Which products are clicked and bought together. */
export interface Together {
  /** Companions of a product, the strongest first. */
  of(productId: string): readonly Companion[]
  toFacts(): unknown
}

/** More products of one session say little of what goes together. */
const MOST_IN_GROUP = 30
const MOST_PAIRS = 4_000_000
const KEPT = 16
/** Joint acts that no companion gets by: chance encounters weigh less. */
const SHRINK = 4
const WEIGHTS: Readonly<Record<FeedbackEvent['kind'], number>> = {
  view: 0,
  click: 1,
  add_to_cart: 2,
  purchase: 3,
}

/** The products of each session (or customer, where no session is known), with the weight of what was done. */
export function groupsOf(events: Iterable<FeedbackEvent>): ReadonlyMap<string, number>[] {
  const groups = new Map<string, Map<string, number>>()
  for (const { kind, productId, sessionId, customerId, queryId } of events) {
    const weight = WEIGHTS[kind]
    if (weight === 0) continue
    const key = sessionId ?? customerId ?? queryId
    const group = groups.get(key) ?? new Map<string, number>()
    groups.set(key, group)
    if (group.size < MOST_IN_GROUP || group.has(productId)) {
      group.set(productId, Math.max(weight, group.get(productId) ?? 0))
    }
  }
  return [...groups.values()]
}

/**
 * Learns companions: for products i, j of a group both count min(weight i, weight j); the score is the
 * cosine c_ij / √(c_i c_j), times c_ij / (c_ij + 4).
 */
export function learnTogether(groups: Iterable<ReadonlyMap<string, number>>): Together {
  const placeOf = new Map<string, number>()
  const ids: string[] = []
  const totals: number[] = []
  const pairs = new Map<number, number>()
  const place = (id: string) => {
    const known = placeOf.get(id)
    if (known !== undefined) return known
    placeOf.set(id, ids.length)
    totals.push(0)
    return ids.push(id) - 1
  }
  for (const group of groups) {
    const members = [...group].map(([id, weight]) => ({ at: place(id), weight }))
    for (const { at, weight } of members) totals[at]! += weight
    if (pairs.size > MOST_PAIRS) dropSingles(pairs)
    members.forEach((a, i) => {
      for (const b of members.slice(i + 1)) {
        const key = Math.min(a.at, b.at) * 2 ** 26 + Math.max(a.at, b.at)
        pairs.set(key, (pairs.get(key) ?? 0) + Math.min(a.weight, b.weight))
      }
    })
  }
  return togetherOf(companionsOf(ids, totals, pairs))
}

/** Companions that `toFacts` gave. */
export function togetherFromFacts(facts: unknown): Together {
  const saved = facts as readonly (readonly [string, readonly (readonly [string, number])[]])[]
  return togetherOf(
    new Map(
      saved.map(([id, list]) => [id, list.map(([productId, score]) => ({ productId, score }))]),
    ),
  )
}

function togetherOf(companions: ReadonlyMap<string, readonly Companion[]>): Together {
  return {
    of: (productId) => companions.get(productId) ?? [],
    toFacts: () =>
      [...companions].map(([id, list]) => {
        return [id, list.map(({ productId, score }) => [productId, score])]
      }),
  }
}

function dropSingles(pairs: Map<number, number>): void {
  for (const [key, count] of pairs) if (count <= 1) pairs.delete(key)
}

function companionsOf(
  ids: readonly string[],
  totals: readonly number[],
  pairs: ReadonlyMap<number, number>,
): ReadonlyMap<string, readonly Companion[]> {
  const found = new Map<string, Companion[]>()
  const add = (of: number, other: number, score: number) => {
    const list = found.get(ids[of]!) ?? []
    found.set(ids[of]!, list)
    list.push({ productId: ids[other]!, score })
  }
  for (const [key, count] of pairs) {
    const a = Math.floor(key / 2 ** 26)
    const b = key % 2 ** 26
    const score = (count / Math.sqrt(totals[a]! * totals[b]!)) * (count / (count + SHRINK))
    add(a, b, score)
    add(b, a, score)
  }
  for (const list of found.values()) {
    list.sort((a, b) => b.score - a.score || (a.productId < b.productId ? -1 : 1))
    list.length = Math.min(list.length, KEPT)
  }
  return found
}
