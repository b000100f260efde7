import { bitsOf, keyOf } from './keys'

/** Digits of 11 bits, least significant first; those that all values share are passed over. */
const DIGITS: u32 = 6
const DIGIT_BITS: u32 = 11
const DIGIT_VALUES: u32 = 1 << DIGIT_BITS
const histograms = memory.data(6 * 2048 * 4, 64)

/** Sorts `values` floats (no NaN) at `at` by the radix of their bits, with as much room at `other`. */
export function radix(at: usize, other: usize, values: u32): void {
  memory.fill(histograms, 0, DIGITS * DIGIT_VALUES * 4)
  const bytes = <usize>values << 3
  for (let i: usize = 0; i < bytes; i += 8) {
    const key = keyOf(load<u64>(at + i))
    store<u64>(at + i, key)
    for (let d: u32 = 0; d < DIGITS; d++) {
      const digit = <u32>(key >> <u64>(d * DIGIT_BITS)) & (DIGIT_VALUES - 1)
      const count = histograms + (<usize>(d * DIGIT_VALUES + digit) << 2)
      store<u32>(count, load<u32>(count) + 1)
    }
  }
  let from = at
  let to = other
  for (let d: u32 = 0; d < DIGITS; d++) {
    const histogram = histograms + (<usize>(d * DIGIT_VALUES) << 2)
    const shared = <u32>(load<u64>(from) >> <u64>(d * DIGIT_BITS)) & (DIGIT_VALUES - 1)
    if (load<u32>(histogram + (<usize>shared << 2)) == values) continue
    let sum: u32 = 0
    for (let v: u32 = 0; v < DIGIT_VALUES; v++) {
      const count = load<u32>(histogram + (<usize>v << 2))
      store<u32>(histogram + (<usize>v << 2), sum)
      sum += count
    }
    for (let i: usize = 0; i < bytes; i += 8) {
      const key = load<u64>(from + i)
      const digit = <u32>(key >> <u64>(d * DIGIT_BITS)) & (DIGIT_VALUES - 1)
      const slot = histogram + (<usize>digit << 2)
      const position = load<u32>(slot)
      store<u64>(to + (<usize>position << 3), key)
      store<u32>(slot, position + 1)
    }
    const swap = from
    from = to
    to = swap
  }
  for (let i: usize = 0; i < bytes; i += 8) store<u64>(at + i, bitsOf(load<u64>(from + i)))
}
