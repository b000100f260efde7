// The keys, and how a guess among them is settled.

/** Keys that are compared at once around a predicted place. */
export const WINDOW: u32 = 16
/** Keys that are compared around the guess of a segment: those within its error, and to a line's start. */
export const WIDE: u32 = 40

export let keys: usize = 0
export let count: u32 = 0

/** Sorted keys, with windows of infinity behind them. */
export function useKeys(at: usize, values: u32): void {
  keys = at
  count = values
}

@inline
export function keyAt(i: u32): f64 {
  return load<f64>(keys + (<usize>i << 3))
}

/** How many of WINDOW keys from `from` on are below `x`. */
@inline
export function belowIn(from: u32, x: f64): u32 {
  const at = keys + (<usize>from << 3)
  const xs = f64x2.splat(x)
  let sum = f64x2.lt(v128.load(at), xs)
  sum = i64x2.add(sum, f64x2.lt(v128.load(at, 16), xs))
  sum = i64x2.add(sum, f64x2.lt(v128.load(at, 32), xs))
  sum = i64x2.add(sum, f64x2.lt(v128.load(at, 48), xs))
  sum = i64x2.add(sum, f64x2.lt(v128.load(at, 64), xs))
  sum = i64x2.add(sum, f64x2.lt(v128.load(at, 80), xs))
  sum = i64x2.add(sum, f64x2.lt(v128.load(at, 96), xs))
  sum = i64x2.add(sum, f64x2.lt(v128.load(at, 112), xs))
  return <u32>-(i64x2.extract_lane(sum, 0) + i64x2.extract_lane(sum, 1))
}

/** Where the window around a guess starts: with a line of the cache, so that it spans two. */
@inline
export function windowAt(guess: u32, first: u32): u32 {
  return max(guess - min(guess, WINDOW / 4), first) & ~7
}

/** First key not below `x`, which lies in first … last, from a guess on. */
@inline
export function settle(x: f64, guess: u32, first: u32, last: u32): u32 {
  const from = windowAt(guess, first)
  const below = belowIn(from, x)
  if (below - 1 < WINDOW - 1) return from + below
  if (below == 0) return from <= first ? first : searchDown(x, from, first)
  return from + WINDOW >= last ? last : searchUp(x, from + WINDOW, last)
}

/** Whether `settle` has to search for the place `found`, which lies in first … last, after this guess. */
@inline
export function isMissed(found: u32, guess: u32, first: u32, last: u32): bool {
  const from = windowAt(guess, first)
  return found <= from ? from > first : found >= from + WINDOW && from + WINDOW < last
}

@inline
export function wideAt(guess: u32, first: u32): u32 {
  return max(guess - min(guess, WIDE / 2 - 4), first) & ~7
}

/** The same as `settle`, in a wider window. */
export function settleWide(x: f64, guess: u32, first: u32, last: u32): u32 {
  const from = wideAt(guess, first)
  const at = keys + (<usize>from << 3)
  const xs = f64x2.splat(x)
  let sum = i64x2.splat(0)
  for (let i: usize = 0; i < <usize>WIDE << 3; i += 64) {
    const two = i64x2.add(f64x2.lt(v128.load(at + i), xs), f64x2.lt(v128.load(at + i, 16), xs))
    const more = i64x2.add(f64x2.lt(v128.load(at + i, 32), xs), f64x2.lt(v128.load(at + i, 48), xs))
    sum = i64x2.add(sum, i64x2.add(two, more))
  }
  const below = <u32>-(i64x2.extract_lane(sum, 0) + i64x2.extract_lane(sum, 1))
  if (below - 1 < WIDE - 1) return from + below
  if (below == 0) return from <= first ? first : searchDown(x, from, first)
  return from + WIDE >= last ? last : searchUp(x, from + WIDE, last)
}

/** From `from` down, whose key is not below `x`; the low end first: many equal keys begin there. */
function searchDown(x: f64, from: u32, first: u32): u32 {
  if (keyAt(first) >= x) return first
  let step: u32 = WINDOW
  let high = from
  while (high - first > step && keyAt(high - step) >= x) {
    high -= step
    step <<= 1
  }
  return bound(x, high - first > step ? high - step : first, high)
}

/** From `from` up, before which all is below `x`; the high end first: behind many equal keys. */
function searchUp(x: f64, from: u32, last: u32): u32 {
  if (keyAt(last - 1) < x) return last
  let step: u32 = WINDOW
  let lowest = from
  while (last - lowest > step && keyAt(lowest + step) < x) {
    lowest += step
    step <<= 1
  }
  return bound(x, lowest, last - lowest > step ? lowest + step : last)
}

/** Binary search without branches: the first key of from … to − 1 not below `x`, or `to`. */
export function bound(x: f64, from: u32, to: u32): u32 {
  let base = from
  let left = to - from
  while (left > 1) {
    const half = left >> 1
    base = select<u32>(base + half, base, keyAt(base + half - 1) < x)
    left -= half
  }
  return left == 1 && keyAt(base) < x ? base + 1 : base
}

/** First place whose key is below the one before or not a number; `values` where there is none. */
export function firstFault(): u32 {
  let before = -Infinity
  for (let i: u32 = 0; i < count; i++) {
    const key = keyAt(i)
    if (!(key >= before)) return i
    before = key
  }
  return count
}
