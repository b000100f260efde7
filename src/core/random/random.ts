import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus'

/**
 * A stream of random numbers. `split` derives an independent stream from the seed of this one and
 * a label alone: it does not depend on how many numbers were drawn before, so work can be handed
 * to one worker or many and each piece sees the same numbers.
 */
export interface Random {
  /** Uniform in [0, 1), 53 bits. */
  next(): number
  /** Uniform integer in [0, bound), bound ≤ 2^53. */
  int(bound: number): number
  /** Standard normal (Marsaglia polar method). */
  normal(): number
  /** An independent stream named by `label`. */
  split(label: string | number): Random
}

/** A stream from a seed (any string or number). Same seed, same numbers, on every machine. */
export function createRandom(seed: string | number): Random {
  return fromState(hashSeed(`seed:${seed}`))
}

function fromState(state: readonly [number, number, number, number]): Random {
  const generator = xoroshiro128plusFromState(state)
  let spare = Number.NaN
  const next = () => uniformFloat64(generator)
  return {
    next,
    int: (bound) => Math.floor(next() * bound),
    normal() {
      if (!Number.isNaN(spare)) {
        const kept = spare
        spare = Number.NaN
        return kept
      }
      let u = 0
      let v = 0
      let s = 0
      do {
        u = 2 * next() - 1
        v = 2 * next() - 1
        s = u * u + v * v
      } while (s >= 1 || s === 0)
      const scale = Math.sqrt((-2 * Math.log(s)) / s)
      spare = v * scale
      return u * scale
    },
    split: (label) => fromState(hashSeed(`${state.join(',')}|${label}`)),
  }
}

/** 128 bits from a text: four rounds of a 32-bit FNV-1a with a murmur3 finish, one salt a word. */
function hashSeed(text: string): [number, number, number, number] {
  const word = (salt: number): number => {
    let hash = 0x811c9dc5 ^ salt
    for (let i = 0; i < text.length; i++) {
      hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
      hash ^= hash >>> 15
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    return (hash ^ (hash >>> 16)) | 0
  }
  const words: [number, number, number, number] = [
    word(1),
    word(0x9e37),
    word(0x79b9),
    word(0x7f4a),
  ]
  // An all-zero state is the one that the generator cannot leave.
  return words.every((w) => w === 0) ? [1, 0, 0, 0] : words
}
