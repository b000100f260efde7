import { createRandom, type Random } from '../../src/core/random/random.ts'
import { type DepartureBook, release, reserve } from '../../src/core/routes/departure-book.ts'
import { lookUpSettings } from '../../src/core/routes/knobs.ts'
import { createBatch, createLookUp, type LookUpBatch } from '../../src/core/routes/look-up.ts'
import type { RouteSet } from '../../src/core/routes/route-set.ts'
import { cpuSeconds } from '../figure.ts'

/** Requests of one minute of the clock, as all clicks of a moment have about the same now. */
const REQUESTS = 1 << 17
/** Days until the promised date. */
const PROMISE_DAYS = 3
const UNITS = 100

/** Pairs drawn evenly, by Zipf's law, or from two hundred that stay in the caches. */
export type Draw = 'uniform' | 'zipf' | 'few'

/**
 * A clock that goes on by a minute after 3 × 131,072 look-ups, as a store's does (at four million a
 * second it would after 240 million), or that jumps to any minute of the week instead.
 */
export type Clock = 'running' | 'jumping'
/** Rounds before those that count: at first no fronts are known, and code is not compiled. */
const WARM_UP: Readonly<Record<Clock, number>> = { running: 8, jumping: 2 }

/** Millions of look-ups a CPU second, a number for each minute looked at. */
export interface Speeds {
  readonly single: readonly number[]
  readonly batch: readonly number[]
  readonly reserved: readonly number[]
  /** Share of requests with a feasible route. */
  readonly found: number
  /** Nanoseconds of single look-ups on the wall, the timer's own included. */
  readonly p50: number
  readonly p99: number
}

/** Looks pairs up at `rounds` minutes: one by one, in batches, and with room reserved and given back. */
export function measureLookUps(
  set: RouteSet,
  book: DepartureBook,
  draw: Draw,
  rounds: number,
  clock: Clock,
): Speeds {
  const random = createRandom(`look-ups ${draw}`)
  const pairs = drawPairs(random, draw, set.index.length / 2)
  const lookUp = createLookUp(set, book, lookUpSettings())
  const batch = createBatch(REQUESTS)
  const speeds = { single: [] as number[], batch: [] as number[], reserved: [] as number[] }
  let found = 0
  const minutes = set.spanMinutes - 1440 * PROMISE_DAYS
  const begin = random.int(minutes >> 1)
  for (let round = -WARM_UP[clock]; round < rounds; round++) {
    const minute = clock === 'running' ? begin + Math.max(0, round) : random.int(minutes)
    const now = set.baseMinute + minute
    fillBatch(batch, pairs, random, now)
    const run = (of: () => number) => {
      const since = process.cpuUsage()
      found = of() / REQUESTS
      return REQUESTS / cpuSeconds(since) / 1e6
    }
    const single = run(() => findEach(lookUp, batch))
    const many = run(() => findTogether(lookUp, batch))
    const reserved = run(() => findAndReserve(lookUp, batch, book))
    if (round < 0) continue
    speeds.single.push(single)
    speeds.batch.push(many)
    speeds.reserved.push(reserved)
  }
  return { ...speeds, found, ...latencies(lookUp, batch) }
}

type LookUp = ReturnType<typeof createLookUp>

function findEach(lookUp: LookUp, { pair, now, promisedBy, units, kg }: LookUpBatch): number {
  let found = 0
  for (let i = 0; i < REQUESTS; i++) {
    if (lookUp.find(pair[i]!, now[i]!, promisedBy[i]!, units[i]!, kg[i]!) >= 0) found++
  }
  return found
}

function findTogether(lookUp: LookUp, batch: LookUpBatch): number {
  lookUp.findMany(batch, REQUESTS)
  let found = 0
  for (const route of batch.route) if (route >= 0) found++
  return found
}

/** Every found route's room is taken, and given back so that rounds are alike. */
function findAndReserve(lookUp: LookUp, batch: LookUpBatch, book: DepartureBook): number {
  const slots = new Int32Array(4)
  lookUp.findMany(batch, REQUESTS)
  let taken = 0
  for (let i = 0; i < REQUESTS; i++) {
    if (batch.route[i]! < 0) continue
    const legs = lookUp.legsOf(batch.pair[i]!, batch.route[i]!, slots)
    if (!reserve(book, slots, legs, UNITS)) continue
    taken++
    release(book, slots, legs, UNITS)
  }
  return taken
}

function latencies(lookUp: LookUp, { pair, now, promisedBy, units, kg }: LookUpBatch) {
  const times = new Float64Array(REQUESTS)
  for (let i = 0; i < REQUESTS; i++) {
    const start = performance.now()
    lookUp.find(pair[i]!, now[i]!, promisedBy[i]!, units[i]!, kg[i]!)
    times[i] = performance.now() - start
  }
  times.sort()
  const at = (share: number) => 1e6 * times[Math.floor(share * REQUESTS)]!
  return { p50: at(0.5), p99: at(0.99) }
}

function fillBatch(batch: LookUpBatch, pairs: Int32Array, random: Random, now: number): void {
  for (let i = 0; i < REQUESTS; i++) {
    batch.pair[i] = pairs[random.int(pairs.length)]!
    batch.kg[i] = 0.5 + 4 * random.next()
  }
  batch.now.fill(now)
  batch.promisedBy.fill(now + 1440 * PROMISE_DAYS)
  batch.units.fill(UNITS)
}

/** A million pairs drawn evenly, or by Zipf's law with exponent 1 over pairs in random order. */
function drawPairs(random: Random, draw: Draw, pairs: number): Int32Array {
  const drawn = new Int32Array(1 << 20)
  if (draw === 'uniform') return drawn.map(() => random.int(pairs))
  if (draw === 'few') return drawn.map(() => random.int(200))
  const order = Int32Array.from({ length: pairs }, (_, pair) => pair)
  for (let i = pairs - 1; i > 0; i--) {
    const j = random.int(i + 1)
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  // The share of ranks up to r is about ln(r + 1) / ln(pairs + 1).
  return drawn.map(() => order[Math.min(pairs - 1, Math.floor((pairs + 1) ** random.next() - 1))]!)
}

/**
 * Nanoseconds of a read at a random place of so many words: where it depends on nothing, and where the
 * place depends on the read before. What a look-up is made of.
 */
export function measureReads(words: number): { readonly free: number; readonly chained: number } {
  const random = createRandom('reads')
  const memory = new Int32Array(new SharedArrayBuffer(4 * words)).map((_, i) => (i * 7) & 1)
  const places = new Int32Array(1 << 20).map(() => random.int(words >> 1) * 2)
  const free = () => {
    let sum = 0
    for (let i = 0; i < places.length; i++) sum ^= memory[places[i]!]!
    return sum
  }
  const chained = () => {
    let last = 0
    for (let i = 0; i < places.length; i++) last = memory[places[i]! + (last & 1)]!
    return last
  }
  const nanoseconds = (run: () => number) => {
    let best = Infinity
    for (let round = 0; round < 6; round++) {
      const since = process.cpuUsage()
      run()
      best = Math.min(best, (1e9 * cpuSeconds(since)) / places.length)
    }
    return best
  }
  return { free: nanoseconds(free), chained: nanoseconds(chained) }
}
