import { readKnob } from '../../../core/knobs.ts'
import { gapOf, type StopRule } from '../../../core/optimize/stop.ts'
import { startVolume, type Volume, volumeRound } from '../../../core/optimize/volume.ts'
import { createRandom, type Random } from '../../../core/random/random.ts'
import { infeasible } from '../check.ts'
import { type Instance, leastGain } from '../instance.ts'
import { pMedianBoundRounds, pMedianCapacitatedRounds } from '../knobs.ts'
import { createRelaxation, proves, type Relaxation } from '../relaxation.ts'
import type { PMedianOptions } from '../solve.ts'
import { greedyStart, sampleGreedyStart } from '../starts.ts'
import {
  type Assignment,
  copyOf,
  createAssignment,
  openSitesOf,
  overloadOf,
  replaceSite,
  totalOverload,
} from './assignment.ts'
import { checkCapacitated } from './check.ts'
import { improve, mayReplace } from './improve.ts'
import type { CapacitatedProblem, CapacitatedResult } from './problem.ts'
import { knapsackRelaxation } from './relaxation.ts'

/** A search under way. */
interface Search {
  readonly instance: Instance
  readonly current: Assignment
  readonly random: Random
  readonly stop: StopRule
  /** The best that fits; undefined until one is found. */
  best: Assignment | undefined
  /** Price of a unit above capacity, as it began; and with which the next search begins. */
  firstPrice: number
  price: number
  /** Units above capacity in what fits best, while nothing fits. */
  leastOverload: number
  bound: number
  rounds: number
  foundAt: number
}

/**
 * Opens p sites and gives each customer whole to one of them within capacities, Σ weight × cost
 * least: shifts, exchanges and site moves from many starts, with a bound by knapsacks a site.
 * Same seed, same result, unless a clock stops it. Throws ERR_ARGUMENT on wrong input,
 * ERR_INFEASIBLE naming what blocks; where nothing that fits is found, by how much it misses.
 */
export function solveCapacitatedPMedian(
  problem: CapacitatedProblem,
  options: PMedianOptions = {},
): CapacitatedResult {
  const instance = checkCapacitated(problem)
  const search = createSearch(instance, problem, options)
  startSearch(search)
  const volume = raiseBound(search, problem, readKnob(pMedianBoundRounds, options.settings))
  const rounds = readKnob(pMedianCapacitatedRounds, options.settings)
  while (search.rounds < rounds && !isOver(search)) round(search)
  tightenBound(search, problem, volume)
  return resultOf(search)
}

function createSearch(
  instance: Instance,
  problem: CapacitatedProblem,
  { seed = 1, stop = () => false }: PMedianOptions,
): Search {
  const current = createAssignment(instance, problem)
  const known = {
    best: undefined,
    firstPrice: 0,
    price: 0,
    leastOverload: Infinity,
    bound: -Infinity,
  }
  return { instance, current, random: createRandom(seed), stop, ...known, rounds: 0, foundAt: 0 }
}

/** Opens sites as if there were no capacities, once greedily and once by samples. */
function startSearch(search: Search): void {
  const { instance, random, current } = search
  for (const start of [greedyStart, sampleGreedyStart]) {
    openSitesOf(current, start(instance, random))
    if (search.firstPrice === 0) search.firstPrice = search.price = firstPrice(current)
    settle(search)
  }
}

/** Price of a unit above capacity: what an average unit costs, at first. */
function firstPrice({ cost, demands }: Assignment): number {
  const units = demands.reduce((a, b) => a + b, 0)
  return Math.max(cost / Math.max(units, 1e-9), 1e-6)
}

/** Attempts to get below capacity by raising the price of what is above. */
const ATTEMPTS = 6

/** How far the price with which a search begins may lie from the first one. */
const PRICE_RANGE = 64

/** Improves the current assignment until it fits or the price of overload has risen far. */
function settle(search: Search): void {
  const { current, firstPrice } = search
  current.price = search.price
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    improve(current)
    const overload = totalOverload(current)
    search.leastOverload = Math.min(search.leastOverload, overload)
    if (overload === 0) break
    current.price *= 4
  }
  const fits = totalOverload(current) === 0
  const next = fits ? current.price / 2 : current.price
  search.price = Math.min(firstPrice * PRICE_RANGE, Math.max(firstPrice / PRICE_RANGE, next))
  if (!fits) return
  const value = search.best?.cost ?? Infinity
  if (value < Infinity && current.cost > value - leastGain(search.instance, value)) return
  search.best = copyOf(current)
  search.foundAt = search.rounds
}

const bestValue = ({ best }: Search) => best?.cost ?? Infinity

function isProven({ instance, best, bound }: Search): boolean {
  return best !== undefined && proves(instance, bound, best.cost)
}

function isOver(search: Search): boolean {
  const { rounds, foundAt, bound, stop } = search
  const state = { iterations: rounds, sinceImprovement: rounds - foundAt, bound }
  return isProven(search) || stop({ ...state, value: bestValue(search) })
}

/** Rounds of the bound between two looks at what it opens. */
const LOOK_EVERY = 25
const LEAST_STEP = 1e-3

/** Raises the bound by the volume algorithm, and searches from what it opens. */
function raiseBound(
  search: Search,
  problem: CapacitatedProblem,
  rounds: number,
): Volume<Relaxation> {
  const { instance, current } = search
  const nearest = Float64Array.from(
    current.assigned,
    (j, i) => instance.bySite[j * instance.customers + i]!,
  )
  const evaluate = knapsackRelaxation(problem)
  const volume = startVolume(createRelaxation(instance, evaluate), nearest)
  const goal = () => Math.min(bestValue(search), 2 * Math.abs(current.cost) + 1)
  for (let left = rounds; left > 0 && volume.step > LEAST_STEP && !isOver(search); ) {
    for (let k = 0; k < LOOK_EVERY && left > 0; k++, left--) volumeRound(volume, goal())
    search.bound = Math.max(search.bound, volume.bound)
    const { chosen } = volume.source
    openSitesOf(
      current,
      instance.candidates.filter((site) => chosen[site] === 1),
    )
    settle(search)
  }
  return volume
}

/** Evaluates the best multipliers with whole items. */
function tightenBound(
  search: Search,
  problem: CapacitatedProblem,
  volume: Volume<Relaxation>,
): void {
  if (isProven(search)) return
  const exact = knapsackRelaxation(problem, true)
  search.bound = Math.max(search.bound, exact(volume.source, volume.best))
}

/** One round: the best assignment with a few sites exchanged at random, improved. */
function round(search: Search): void {
  const { instance, random, current, best } = search
  const { candidates } = instance
  search.rounds++
  if (best === undefined || search.rounds % 5 === 0) {
    openSitesOf(current, sampleGreedyStart(instance, random))
  } else {
    restore(current, best)
    const strength = 1 + random.int(3)
    for (let k = 0; k < strength; k++) {
      const site = candidates[random.int(candidates.length)]!
      const closed = current.openSites[random.int(instance.p)]!
      const blocked = current.isOpen[site] === 1 || instance.locked[closed] === 1
      if (!blocked && mayReplace(current, closed, site)) replaceSite(current, closed, site)
    }
  }
  settle(search)
}

function restore(current: Assignment, best: Assignment): void {
  current.openSites.set(best.openSites)
  current.isOpen.set(best.isOpen)
  current.assigned.set(best.assigned)
  current.loads.set(best.loads)
  current.cost = best.cost
}

function resultOf(search: Search): CapacitatedResult {
  const { instance, best, bound, rounds } = search
  if (best === undefined) throw nothingFits(search)
  if (best.cost >= instance.unreached) throw nothingReaches(instance.p)
  const value = best.assigned.reduce(
    (sum, j, i) => sum + instance.bySite[j * instance.customers + i]!,
    0,
  )
  const proven = isProven(search)
  const told = instance.integral ? Math.ceil(bound - 1e-6) : bound
  const known = proven ? value : Math.min(told, value)
  return {
    open: best.openSites.slice().sort(),
    assigned: best.assigned,
    value,
    loads: best.loads,
    bound: known,
    gap: gapOf({ value, bound: known }),
    proven,
    rounds,
  }
}

function nothingFits({ current, leastOverload }: Search) {
  const { openSites, loads } = current
  const over = openSites.reduce((most, j) => {
    const more = overloadOf(current, j, loads[j]!) > overloadOf(current, most, loads[most]!)
    return more ? j : most
  })
  return infeasible(
    `no assignment within all capacities was found: the best is ${leastOverload} units above, in the last try most at site ${over}; customers are not split`,
    'Raise capacities, open more sites, or split large customers.',
  )
}

const nothingReaches = (p: number) =>
  infeasible(
    `no choice of ${p} sites was found that reaches everyone within capacities`,
    'Open more sites, raise capacities, or add lanes.',
  )
