import { requireArgument } from '../../core/errors.ts'

const SHORTEST = 3
const LONGEST = 5

export interface HashedNgramsOptions {
  /** Another seed spreads the grams over the buckets in another way. Default 0. */
  readonly seed?: number
}

/**
 * Buckets in [0, buckets) of the whole words of a text and of their letter 3- to 5-grams, each once,
 * rising; `<` and `>` mark where a word begins and ends, so that `<mug>` is the word and `mug` the
 * letters. Empty for a text without letters or digits. Throws ERR_ARGUMENT unless `buckets` is a
 * whole number from 1.
 * Source: Bojanowski, Grave, Joulin & Mikolov 2017 (subword bags); Weinberger et al. 2009 (hashing).
 */
export function hashedNgrams(
  text: string,
  buckets: number,
  { seed = 0 }: HashedNgramsOptions = {},
): Int32Array {
  requireArgument(
    Number.isInteger(buckets) && buckets >= 1 && buckets <= 2 ** 31,
    `buckets is ${buckets}; give a whole number from 1`,
  )
  const found = new Set<number>()
  for (const word of normalizedWords(text)) {
    const letters = [...`<${word}>`]
    found.add(bucketOfGram(letters.join(''), seed, buckets))
    for (let from = 0; from < letters.length; from++) {
      let gram = ''
      for (let n = 1; n <= LONGEST && from + n <= letters.length; n++) {
        gram += letters[from + n - 1]!
        if (n >= SHORTEST) found.add(bucketOfGram(gram, seed, buckets))
      }
    }
  }
  return Int32Array.from(found).sort()
}

/** The words of a text: lower case, without accents, split at whatever is no letter or digit. */
export function normalizedWords(text: string): string[] {
  return (
    text
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  )
}

/** 32-bit FNV-1a with a murmur3 finish, reduced to a bucket. */
function bucketOfGram(gram: string, seed: number, buckets: number): number {
  let hash = 0x811c9dc5 ^ Math.imul(seed, 0x9e3779b1)
  for (let i = 0; i < gram.length; i++) hash = Math.imul(hash ^ gram.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) % buckets
}
