import type { Random } from '../../core/random/random.ts'
import { selectNth } from './select.ts'

/** A quick stream of 32-bit numbers for row draws (xorshift, Marsaglia 2003), seeded by `random`. */
export function quickDraws(random: Random): () => number {
  let state = 1 + random.int(2 ** 32 - 1)
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}

/** Writes exactly round(fraction × rows) row numbers in rising order to `index`; returns how many. */
export function drawRows(index: Uint32Array, rows: number, fraction: number, random: Random) {
  const wanted = Math.max(1, Math.round(fraction * rows))
  const draw = quickDraws(random)
  let kept = 0
  for (let row = 0; row < rows && kept < wanted; row++) {
    if (draw() * (rows - row) < (wanted - kept) * 2 ** 32) index[kept++] = row
  }
  return kept
}

/**
 * Gradient-based one-side sampling (Ke et al. 2017): keeps the rows with the `top` share of |g h|,
 * draws `other` of the rest and scales up their pairs so that sums stay unbiased. Writes row numbers
 * in rising order to `index`; returns how many.
 */
export function drawByGradient(
  index: Uint32Array,
  pairs: Float32Array,
  rows: number,
  goss: { readonly top: number; readonly other: number },
  random: Random,
): number {
  const sizes = new Float64Array(rows)
  for (let i = 0; i < rows; i++) sizes[i] = Math.abs(pairs[2 * i]! * pairs[2 * i + 1]!)
  const top = Math.max(1, Math.floor(goss.top * rows))
  const threshold = selectNth(sizes.slice(), rows, rows - top)
  const draw = quickDraws(random)
  const share = goss.other / (1 - goss.top)
  let kept = 0
  for (let i = 0; i < rows; i++) {
    if (sizes[i]! < threshold) {
      if (draw() >= share * 2 ** 32) continue
      pairs[2 * i]! /= share
      pairs[2 * i + 1]! /= share
    }
    index[kept++] = i
  }
  return kept
}

/** Marks round(fraction × candidates) of the columns marked in `from` in `used`, at least one. */
export function drawColumns(
  used: Uint8Array,
  from: Uint8Array,
  fraction: number,
  random: Random,
): void {
  if (fraction >= 1) {
    used.set(from)
    return
  }
  const candidates: number[] = []
  from.forEach((mark, c) => {
    if (mark === 1) candidates.push(c)
  })
  const wanted = Math.max(1, Math.round(fraction * candidates.length))
  used.fill(0)
  for (let i = 0; i < wanted; i++) {
    const j = i + random.int(candidates.length - i)
    const drawn = candidates[j]!
    candidates[j] = candidates[i]!
    used[drawn] = 1
  }
}
