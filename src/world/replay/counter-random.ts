import { createRandom } from '../../core/random/random.ts'

/**
 * Counter-based randomness: a number is a hash of where it is used (seed, stream, product, day) and
 * not the next of a stream. A replay needs that twice over: the lead time of an order must not
 * depend on how many orders were placed before it, or two policies would face different vendors
 * (common random numbers); and products are run in whatever order is quickest. Streams of
 * core/random cannot do it: `split` per (product, day) builds a generator from text, some
 * microseconds a draw. Everything else uses core/random.
 */
const GOLDEN = 0x9e3779b9

/** Bijective 32-bit mixer, two multiplications (Wellons, hash-prospector: 16, 15, 15). */
export function mix32(value: number): number {
  let x = value | 0
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad)
  x = Math.imul(x ^ (x >>> 15), 0xd35a2d97)
  return (x ^ (x >>> 15)) >>> 0
}

/** 32-bit key of a named stream under a seed; the first argument of `drawKey`. */
export function streamKey(seed: string | number, stream: string): number {
  return createRandom(seed)
    .split(stream)
    .int(2 ** 32)
}

/** Key of one product (dense index) within a stream. */
export function drawKey(stream: number, product: number): number {
  return mix32(stream ^ mix32(Math.imul(product + 1, GOLDEN)))
}

/** Uniform in [0, 1), 32 bits, for day `day` under a product's key. */
export function uniformAt(key: number, day: number): number {
  return mix32(key ^ mix32(Math.imul(day + 1, GOLDEN) ^ 0x5bd1e995)) / 2 ** 32
}
