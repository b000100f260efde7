// Buckets of few values: each value has a cell for itself, so that counting is sorting.
import { BLOCK_BYTES, blockAt, headOf, next, touch } from './memory'

/** 2⁵²: a number below 2³² added to it has its nearest whole number in its lower word. */
const TO_WORD: f64 = 4503599627370496.0
/** A cell: the bits of its value, then how many there are. */
const CELLS: u32 = 1024
const cells = memory.data(16 * 1024, 64)

/** Counts a bucket of floats; false as soon as two different values share a cell. */
export function isRuns(bucket: u32, values: u32, low: f64, width: f64): bool {
  memory.fill(cells, 0, CELLS << 4)
  const scale = width > 0 ? <f64>CELLS / width : 0
  const perBlock: u32 = BLOCK_BYTES / 8
  let block = headOf(bucket)
  while (values > perBlock) {
    const following = next(block)
    touch(following)
    if (!countBlock(blockAt(block), perBlock, low, scale)) return false
    values -= perBlock
    block = following
  }
  return countBlock(blockAt(block), values, low, scale)
}

function countBlock(at: usize, count: u32, low: f64, scale: f64): bool {
  let different: u64 = 0
  const most = <f64>(CELLS - 1)
  const stop = at + (<usize>count << 3)
  for (; at < stop; at += 8) {
    const bits = load<u64>(at)
    const place = max(0, min(most, (reinterpret<f64>(bits) - low) * scale))
    const cell = cells + (<usize>(<u32>reinterpret<u64>(place + TO_WORD)) << 4)
    const held = load<u32>(cell, 8)
    if (held == 0) store<u64>(cell, bits)
    else different |= load<u64>(cell) ^ bits
    store<u32>(cell, held + 1, 8)
  }
  return different == 0
}

export function writeRuns(to: usize): void {
  const stop = cells + (CELLS << 4)
  for (let cell = cells; cell < stop; cell += 16) {
    const held = load<u32>(cell, 8)
    if (held == 0) continue
    const end = to + (<usize>held << 3)
    const value = v128.load64_splat(cell)
    // The pair behind an odd run is written over by the next one; behind the last there is room.
    for (; to < end; to += 16) v128.store(to, value)
    to = end
  }
}
