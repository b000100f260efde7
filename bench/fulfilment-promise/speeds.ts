import { createRandom, type Random } from '../../src/core/random/random.ts'
import {
  createPromiseBatch,
  OFFERED,
  type PromiseBatch,
} from '../../src/fulfilment/promise/promise-batch.ts'
import type { Promiser } from '../../src/fulfilment/promise/types.ts'
import { cpuSeconds } from '../figure.ts'

/** Requests of one minute of the clock. */
export const REQUESTS = 1 << 17

/** Products drawn evenly or by Zipf's law; the clock moving forward, or each request at any minute of the week. */
export interface Draw {
  readonly products: 'uniform' | 'zipf'
  readonly clock: 'moving' | 'any'
}

/** Millions of promises a CPU second, a number for each minute; nanoseconds of single ones. */
export interface Speeds {
  readonly batch: readonly number[]
  readonly single: readonly number[]
  readonly offered: number
  readonly p50: number
  readonly p99: number
}

export interface Range {
  readonly products: number
  readonly areas: number
  readonly base: number
  /** Minutes from which requests are drawn. */
  readonly span: number
}

/** Promises in batches and one by one at `rounds` consecutive minutes, after two to warm up. */
export function measurePromises(
  promiser: Promiser,
  range: Range,
  draw: Draw,
  rounds: number,
): Speeds {
  const random = createRandom(`promises ${draw.products}`)
  const order = shuffled(random, range.products)
  const batch = createPromiseBatch(REQUESTS)
  const one = createPromiseBatch(1)
  const speeds = { batch: [] as number[], single: [] as number[] }
  let offered = 0
  let latency = { p50: 0, p99: 0 }
  const first = range.base + 2000
  for (let round = -2; round < rounds; round++) {
    const now = first + round
    fill(batch, random, order, range, draw, now)
    const run = (of: () => void) => {
      const since = process.cpuUsage()
      of()
      return REQUESTS / cpuSeconds(since) / 1e6
    }
    const many = run(() => promiser.promiseMany(batch, REQUESTS))
    offered = batch.code.reduce((sum, code) => sum + (code === OFFERED ? 1 : 0), 0) / REQUESTS
    fill(batch, random, order, range, draw, now)
    const single = run(() => {
      for (let i = 0; i < REQUESTS; i++) promiseOne(promiser, batch, one, i)
    })
    if (round < 0) continue
    speeds.batch.push(many)
    speeds.single.push(single)
    if (round === rounds - 1) latency = latencies(promiser, batch, one)
  }
  return { ...speeds, offered, ...latency }
}

function promiseOne(promiser: Promiser, batch: PromiseBatch, one: PromiseBatch, i: number): void {
  one.product[0] = batch.product[i]!
  one.quantity[0] = batch.quantity[i]!
  one.area[0] = batch.area[i]!
  one.now[0] = batch.now[i]!
  promiser.promiseMany(one, 1)
}

function latencies(promiser: Promiser, batch: PromiseBatch, one: PromiseBatch) {
  const times = new Float64Array(REQUESTS)
  for (let i = 0; i < REQUESTS; i++) {
    const start = performance.now()
    promiseOne(promiser, batch, one, i)
    times[i] = performance.now() - start
  }
  times.sort()
  const at = (share: number) => 1e6 * times[Math.floor(share * REQUESTS)]!
  return { p50: at(0.5), p99: at(0.99) }
}

function fill(
  batch: PromiseBatch,
  random: Random,
  order: Int32Array,
  { products, areas, base, span }: Range,
  draw: Draw,
  now: number,
): void {
  for (let i = 0; i < REQUESTS; i++) {
    // By Zipf's law with exponent 1 the share of ranks up to r is about ln(r + 1) / ln(products + 1).
    const rank =
      draw.products === 'zipf'
        ? Math.min(products - 1, Math.floor((products + 1) ** random.next() - 1))
        : random.int(products)
    batch.product[i] = order[rank]!
    batch.quantity[i] = 1
    batch.area[i] = random.int(areas)
    batch.now[i] = draw.clock === 'any' ? base + random.int(span) : now
  }
}

function shuffled(random: Random, length: number): Int32Array {
  const order = Int32Array.from({ length }, (_, i) => i)
  for (let i = length - 1; i > 0; i--) {
    const j = random.int(i + 1)
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  return order
}
