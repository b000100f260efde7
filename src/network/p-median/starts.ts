import type { Random } from '../../core/random/random.ts'
import type { Instance } from './instance.ts'

/** A way to choose p sites to start from. */
export type Start = (instance: Instance, random: Random) => Int32Array

/** Sites drawn at random. */
export const randomStart: Start = (instance, random) => {
  const draft = newDraft(instance)
  while (draft.count < instance.p) addOf(draft, drawSome(draft, 1, random), 0, random)
  return openOf(draft)
}

/** Half of the sites at random, the rest greedy: each the one that saves the most then. */
export const randomPlusStart: Start = (instance, random) => {
  const draft = newDraft(instance)
  const half = Math.ceil((draft.count + instance.p) / 2)
  while (draft.count < half) addOf(draft, drawSome(draft, 1, random), 0, random)
  while (draft.count < instance.p) addOf(draft, allowedOf(draft), 0, random)
  return openOf(draft)
}

/**
 * One site after the other, each the best of a few drawn ones: log2(sites / p) of them, which makes
 * good starts that differ for little work (Resende and Werneck 2004).
 */
export const sampleGreedyStart: Start = (instance, random) => {
  const draft = newDraft(instance)
  const some = Math.max(2, Math.ceil(Math.log2(instance.candidates.length / instance.p)))
  while (draft.count < instance.p) addOf(draft, drawSome(draft, some, random), 0, random)
  return openOf(draft)
}

/** Greedy, but drawn among the sites that save within a random share of the most. */
export const randomizedGreedyStart: Start = (instance, random) => {
  const draft = newDraft(instance)
  const slack = 0.3 * random.next()
  while (draft.count < instance.p) addOf(draft, allowedOf(draft), slack, random)
  return openOf(draft)
}

/** Greedy: each site the one that saves the most then. */
export const greedyStart: Start = (instance, random) => {
  const draft = newDraft(instance)
  while (draft.count < instance.p) addOf(draft, allowedOf(draft), 0, random)
  return openOf(draft)
}

/** The kinds of starts by turns, cheap ones more often. */
export const STARTS: readonly Start[] = [
  sampleGreedyStart,
  randomPlusStart,
  sampleGreedyStart,
  randomizedGreedyStart,
  sampleGreedyStart,
  randomStart,
]

/** A choice under way: nearest costs so far, and what each further site would save. */
interface Draft {
  readonly instance: Instance
  readonly isOpen: Uint8Array
  readonly cost: Float64Array
  readonly gain: Float64Array
  count: number
  newCount: number
}

function newDraft(instance: Instance): Draft {
  const { customers, sites, candidates, nearSite, nearCost, locked } = instance
  const width = candidates.length
  const cost = new Float64Array(customers)
  const gain = new Float64Array(sites)
  for (let i = 0; i < customers; i++) {
    const worst = nearCost[(i + 1) * width - 1]!
    cost[i] = worst
    for (let k = i * width; k < (i + 1) * width; k++) gain[nearSite[k]!]! += worst - nearCost[k]!
  }
  const draft = { instance, isOpen: new Uint8Array(sites), cost, gain, count: 0, newCount: 0 }
  for (const site of candidates) if (locked[site] === 1) add(draft, site)
  return draft
}

const openOf = ({ instance, isOpen }: Draft) => instance.candidates.filter((s) => isOpen[s] === 1)

const mayAdd = ({ instance, isOpen, newCount }: Draft, site: number) =>
  isOpen[site] === 0 && (instance.isNew[site] === 0 || newCount < instance.maxNew)

const allowedOf = (draft: Draft) => draft.instance.candidates.filter((s) => mayAdd(draft, s))

/** Up to `count` different sites that may be added. */
function drawSome(draft: Draft, count: number, random: Random): Int32Array {
  const { candidates, maxNew } = draft.instance
  const free = candidates.length - draft.count
  if (count >= free || draft.newCount >= maxNew) return shuffled(allowedOf(draft), count, random)
  const drawn: number[] = []
  while (drawn.length < count) {
    const site = candidates[random.int(candidates.length)]!
    if (mayAdd(draft, site) && !drawn.includes(site)) drawn.push(site)
  }
  return Int32Array.from(drawn)
}

function shuffled(list: Int32Array, count: number, random: Random): Int32Array {
  const length = Math.min(count, list.length)
  for (let k = 0; k < length; k++) {
    const other = k + random.int(list.length - k)
    const site = list[other]!
    list[other] = list[k]!
    list[k] = site
  }
  return list.subarray(0, length)
}

/** Adds one of `from`: drawn among those that save at least (1 − slack) of the most. */
function addOf(draft: Draft, from: Int32Array, slack: number, random: Random): void {
  let most = -Infinity
  for (const site of from) most = Math.max(most, draft.gain[site]!)
  const good = from.filter((site) => draft.gain[site]! >= most - slack * Math.abs(most))
  add(draft, good[random.int(good.length)]!)
}

/** Opens a site and takes from the gains of others what it saves alone now. */
function add(draft: Draft, site: number): void {
  const { instance, cost, gain } = draft
  const { customers, bySite, candidates, nearSite, nearCost } = instance
  draft.isOpen[site] = 1
  draft.count++
  draft.newCount += instance.isNew[site]!
  for (let i = 0; i < customers; i++) {
    const [before, now] = [cost[i]!, bySite[site * customers + i]!]
    if (now >= before) continue
    cost[i] = now
    let k = i * candidates.length
    for (; nearCost[k]! < now; k++) gain[nearSite[k]!]! -= before - now
    for (; nearCost[k]! < before; k++) gain[nearSite[k]!]! -= before - nearCost[k]!
  }
}
