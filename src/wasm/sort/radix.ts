import { bitsOf, keyOf } from './keys'

/** Digits of 11 bits, least significant first; those that all keys share are passed over. */
const DIGIT_BITS: u32 = 11
const DIGIT_VALUES: u32 = 1 << DIGIT_BITS
const histograms = memory.data(6 * 2048 * 4, 64)

/** The key of a record as a whole number: its first 8 bytes, or 4 of records of 8 bytes and fewer. */
@inline
function loadKey<R, K>(at: usize): K {
  return load<K>(at)
}

/**
 * Sorts `values` records of type R by the unsigned number of type K that each begins with, stably,
 * with as much room at `other`.
 */
export function radixOf<R, K>(at: usize, other: usize, values: u32): void {
  const digits: u32 = sizeof<K>() == 8 ? 6 : 3
  memory.fill(histograms, 0, digits * DIGIT_VALUES * 4)
  const bytes = <usize>values * sizeof<R>()
  for (let i: usize = 0; i < bytes; i += sizeof<R>()) {
    const key = loadKey<R, K>(at + i)
    for (let d: u32 = 0; d < digits; d++) {
      const digit = <u32>(key >> <K>(d * DIGIT_BITS)) & (DIGIT_VALUES - 1)
      const count = histograms + (<usize>(d * DIGIT_VALUES + digit) << 2)
      store<u32>(count, load<u32>(count) + 1)
    }
  }
  let from = at
  let to = other
  for (let d: u32 = 0; d < digits; d++) {
    const histogram = histograms + (<usize>(d * DIGIT_VALUES) << 2)
    const shared = <u32>(loadKey<R, K>(from) >> <K>(d * DIGIT_BITS)) & (DIGIT_VALUES - 1)
    if (load<u32>(histogram + (<usize>shared << 2)) == values) continue
    sumDigits(histogram)
    for (let i: usize = 0; i < bytes; i += sizeof<R>()) {
      const record = load<R>(from + i)
      const digit = <u32>(loadKey<R, K>(from + i) >> <K>(d * DIGIT_BITS)) & (DIGIT_VALUES - 1)
      const slot = histogram + (<usize>digit << 2)
      const position = load<u32>(slot)
      store<R>(to + <usize>position * sizeof<R>(), record)
      store<u32>(slot, position + 1)
    }
    const swap = from
    from = to
    to = swap
  }
  if (from != at) memory.copy(at, from, bytes)
}

function sumDigits(histogram: usize): void {
  let sum: u32 = 0
  for (let v: u32 = 0; v < DIGIT_VALUES; v++) {
    const count = load<u32>(histogram + (<usize>v << 2))
    store<u32>(histogram + (<usize>v << 2), sum)
    sum += count
  }
}

/** What is not a number is behind all that is. */
@inline
function floatKey(bits: u64): u64 {
  const value = reinterpret<f64>(bits)
  return value == value ? keyOf(bits) : u64.MAX_VALUE
}

/** Sorts `values` records that begin with a float, −0 before 0 and NaN last, stably. */
export function radixFloats<R>(at: usize, other: usize, values: u32): void {
  if (values == 0) return
  const stop = at + <usize>values * sizeof<R>()
  for (let i = at; i < stop; i += sizeof<R>()) store<u64>(i, floatKey(load<u64>(i)))
  radixOf<R, u64>(at, other, values)
  for (let i = at; i < stop; i += sizeof<R>()) store<u64>(i, bitsOf(load<u64>(i)))
}
