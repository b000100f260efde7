// Places among cells of equal width, as whole numbers: the cell above PART bits that say where in it.
// Adding a large float rounds to a PART-th of a cell and leaves the number in the low bits, which is
// quicker than to convert; it keeps order, as all steps do, and that is all exactness needs.

/** Bits of where in a cell. */
export const PART: u32 = 12
/** What is added: its last bit is worth 2^−PART. */
const TO_WHOLE: f64 = 1099511627776.0 * 1.5
/** Cells that a place can tell. */
export const MOST_CELLS: u32 = 1 << 20

/** The last place in so many cells. */
@inline
export function mostOf(cells: u32): f64 {
  return <f64>cells - 1.0 / 4096
}

/** Place of a float; below all, or where it is no number, the first, above all the last, `most`. */
@inline
export function placeOn(x: v128, low: v128, scale: v128, most: v128): u32 {
  const place = f64x2.mul(f64x2.sub(x, low), scale)
  const within = f64x2.pmin(f64x2.pmax(f64x2.splat(0), place), most)
  return i32x4.extract_lane(f64x2.add(within, f64x2.splat(TO_WHOLE)), 0)
}

/** The place in a cell of first … last − 1 keys that its line guesses. */
@inline
export function guessAt(place: u32, first: u32, last: u32): u32 {
  return first + <u32>((<u64>(place & ((1 << PART) - 1)) * <u64>(last - first)) >> PART)
}
