import { requireArgument } from '../errors.ts'
import {
  blockWords,
  type CostSteps,
  FIXED_BITS,
  LINE_WORDS,
  MOST_FIXED_STEPS,
  MOST_LEGS,
  MOST_MINUTES,
  MOST_PER_KG_STEPS,
  type Route,
} from './route-set.ts'

/** Words of a chunk. */
const CHUNK_WORDS = 1 << 20

/**
 * Takes routes pair by pair and packs them into blocks. Chunks are kept apart until the end, so that
 * nothing is copied twice however many routes come.
 */
export class BlockWriter {
  private readonly chunks: Int32Array[] = []
  private chunk = new Int32Array(CHUNK_WORDS)
  /** Words used in the current chunk and in all before it. */
  private used = 0
  private before = 0
  /** Where the open block starts in the chunk, and its routes. */
  private block = 0
  private count = 0
  private readonly index: Int32Array

  constructor(pairs: number) {
    this.index = new Int32Array(new SharedArrayBuffer(8 * pairs))
  }

  /** Opens the block of a pair; its words are zero. Write with `setRoute`, `setLeg`. */
  open(pair: number, count: number): void {
    const size = blockWords(count)
    if (this.used + size > this.chunk.length) this.nextChunk(size)
    this.index[2 * pair] = count === 0 ? 0 : this.before + this.used
    this.index[2 * pair + 1] = count
    this.block = this.used
    this.count = count
    this.used += size
  }

  /** Writes route `at` of the open block; times in minutes after the base, costs in steps. */
  setRoute(
    at: number,
    orderBy: number,
    arriveBy: number,
    fixedSteps: number,
    perKgSteps: number,
  ): void {
    const word = this.block + 2 * at
    this.chunk[word] = orderBy | (arriveBy << 16)
    this.chunk[word + 1] = fixedSteps | (perKgSteps << FIXED_BITS)
  }

  /** Writes leg `leg` of route `at` of the open block. */
  setLeg(at: number, leg: number, slot: number): void {
    this.chunk[this.block + 2 * this.count + MOST_LEGS * at + leg] = slot + 1
  }

  /** The blocks in one shared array, and the index. The writer is empty afterwards. */
  finish(): { readonly words: Int32Array; readonly index: Int32Array } {
    const length = this.before + this.used
    const words = new Int32Array(new SharedArrayBuffer(4 * Math.max(LINE_WORDS, length)))
    let at = 0
    for (const chunk of this.chunks) {
      words.set(chunk, at)
      at += chunk.length
    }
    words.set(this.chunk.subarray(0, this.used), at)
    this.chunks.length = 0
    this.chunk = new Int32Array(0)
    return { words, index: this.index }
  }

  private nextChunk(size: number): void {
    this.chunks.push(this.chunk.subarray(0, this.used))
    this.before += this.used
    this.used = 0
    this.chunk = new Int32Array(Math.max(CHUNK_WORDS, size))
  }
}

/** One mill a step: what costs are stored in unless they do not fit. */
export const FINEST_STEPS: CostSteps = { fixedMills: 1, perKgMills: 1 }

/** The finest whole steps in which costs up to these mills fit. */
export function costStepsFor(mostFixedMills: number, mostPerKgMills: number): CostSteps {
  return {
    fixedMills: Math.max(1, Math.ceil(mostFixedMills / MOST_FIXED_STEPS)),
    perKgMills: Math.max(1, Math.ceil(mostPerKgMills / MOST_PER_KG_STEPS)),
  }
}

/**
 * Packs the routes of one pair, given in any order; costs are rounded to whole steps. Throws
 * ERR_ARGUMENT where a time does not fit 16 bits, a cost does not fit or there are too many legs.
 */
export function writeRoutes(
  writer: BlockWriter,
  pair: number,
  routes: readonly Route[],
  steps: CostSteps = FINEST_STEPS,
): void {
  for (const route of routes) checkRoute(route, steps)
  const sorted = routes.toSorted((a, b) => a.orderBy - b.orderBy || a.arriveBy - b.arriveBy)
  writer.open(pair, sorted.length)
  sorted.forEach(({ orderBy, arriveBy, fixedMills, perKgMills, legs }, at) => {
    const fixed = Math.round(fixedMills / steps.fixedMills)
    writer.setRoute(at, orderBy, arriveBy, fixed, Math.round(perKgMills / steps.perKgMills))
    legs.forEach((slot, leg) => {
      writer.setLeg(at, leg, slot)
    })
  })
}

function checkRoute(route: Route, steps: CostSteps): void {
  const { orderBy, arriveBy, fixedMills, perKgMills, legs } = route
  const fits = (value: number, most: number) => value >= 0 && value <= most
  requireArgument(
    [orderBy, arriveBy].every((m) => Number.isInteger(m) && fits(m, MOST_MINUTES)) &&
      orderBy <= arriveBy,
    `a route ordered by ${orderBy} that arrives by ${arriveBy} does not fit 0 … ${MOST_MINUTES} minutes`,
  )
  requireArgument(
    fits(fixedMills, MOST_FIXED_STEPS * steps.fixedMills) &&
      fits(perKgMills, MOST_PER_KG_STEPS * steps.perKgMills),
    `a cost of ${fixedMills} + ${perKgMills} a kg does not fit the steps of the set; take larger ones`,
  )
  requireArgument(
    legs.length >= 1 && legs.length <= MOST_LEGS,
    `a route has 1 … ${MOST_LEGS} lanes, not ${legs.length}`,
  )
  requireArgument(
    new Set(legs).size === legs.length,
    `a route takes each departure once, not ${legs.join(', ')}`,
  )
}
