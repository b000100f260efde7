// The cells of one bucket: how many records each holds, then where its next record goes. Sixteen bits
// a cell, so that the cells of a usual bucket fit the first cache.

/** Records that a bucket may have to be counted in cells. */
export const MOST_COUNTED: u32 = 65535
/** Cells that there is room for: with each record four. */
const MOST_CELLS: u32 = 262_144
const counts = memory.data(524_288 + 64, 64)

export function clearCells(cells: u32): void {
  memory.fill(counts, 0, (<usize>min(cells, MOST_CELLS) << 1) + 16)
}

@inline
export function bump(cell: u32): void {
  const at = counts + (<usize>cell << 1)
  store<u16>(at, load<u16>(at) + 1)
}

/** The place of the next record of a cell. */
@inline
export function takePlace(cell: u32): u32 {
  const at = counts + (<usize>cell << 1)
  const place = <u32>load<u16>(at)
  store<u16>(at, place + 1)
  return place
}

/** Counts become places: running sums, eight cells at a time. */
export function sumCells(cells: u32): void {
  const stop = counts + (<usize>cells << 1)
  const zero = i16x8.splat(0)
  let carry = zero
  for (let at = counts; at < stop; at += 16) {
    const own = v128.load(at)
    let sum = i16x8.add(own, v128.shuffle<u16>(zero, own, 0, 8, 9, 10, 11, 12, 13, 14))
    sum = i16x8.add(sum, v128.shuffle<u16>(zero, sum, 0, 1, 8, 9, 10, 11, 12, 13))
    sum = i16x8.add(sum, v128.shuffle<u16>(zero, sum, 0, 1, 2, 3, 8, 9, 10, 11))
    sum = i16x8.add(sum, carry)
    v128.store(at, i16x8.sub(sum, own))
    carry = v128.shuffle<u16>(sum, sum, 7, 7, 7, 7, 7, 7, 7, 7)
  }
}
