// Where everything lies, and buckets as chains of blocks. A record is what travels: a float (8 bytes),
// a float with a word of payload (16), a whole number of 32 bits (4), the same with a payload (8).

export const BLOCK_BYTES: u32 = 2048

// Addresses, set by `layOut` and `layOutOutput`.
export let keyStage: usize = 0
export let wordStage: usize = 0
export let table: usize = 0
export let ranges: usize = 0
export let flags: usize = 0
export let output: usize = 0
export let spare: usize = 0
export let keysOut: usize = 0
export let wordsOut: usize = 0
export let bucketCount: u32 = 0
let tails: usize = 0
let heads: usize = 0
let lasts: usize = 0
let links: usize = 0
let blocks: usize = 0
let end: usize = 0
let freeBlock: u32 = 0

@inline
export function align(address: usize, to: usize): usize {
  return (address + to - 1) & ~(to - 1)
}

export function grow(to: usize): bool {
  const pages = <i32>((to + 65535) >>> 16)
  const missing = pages - memory.size()
  return missing <= 0 || memory.grow(missing) >= 0
}

/** Room for `values` records of `recordBytes` in `buckets` chains behind a table of cells; 0 without memory. */
export function layOut(values: u32, recordBytes: u32, buckets: u32, cells: u32, stageValues: u32): f64 {
  bucketCount = buckets
  keyStage = align(__heap_base, 64)
  wordStage = align(keyStage + (<usize>stageValues << 3), 64)
  table = align(wordStage + (<usize>stageValues << 2), 64)
  ranges = align(table + (<usize>cells << 1), 64)
  flags = align(ranges + (<usize>buckets << 4), 64)
  tails = align(flags + buckets, 64)
  heads = align(tails + (<usize>buckets << 2), 64)
  lasts = align(heads + (<usize>buckets << 2), 64)
  links = align(lasts + (<usize>buckets << 2), 64)
  const blockCount = values / (BLOCK_BYTES / recordBytes) + buckets + 1
  blocks = align(links + (<usize>blockCount << 2), BLOCK_BYTES)
  const needed = <f64>blocks + <f64>blockCount * <f64>BLOCK_BYTES
  if (needed > 4294901760) return 0
  end = blocks + <usize>blockCount * BLOCK_BYTES
  return grow(end) ? <f64>end : 0
}

/** Room for `room` sorted records, as much beside it, and the same as columns where they have a payload. */
export function layOutOutput(room: u32, recordBytes: u32, hasPayload: bool): bool {
  const keyBytes = hasPayload ? recordBytes >> 1 : 0
  const needed = <f64>end + <f64>room * <f64>(2 * recordBytes + keyBytes + 4) + 256
  if (needed > 4294901760) return false
  output = align(end, 64)
  spare = align(output + <usize>room * recordBytes, 64)
  const behind = align(spare + <usize>room * recordBytes, 64)
  keysOut = hasPayload ? behind : output
  wordsOut = align(behind + <usize>room * keyBytes, 64)
  return grow(wordsOut + (<usize>room << 2))
}

/** All chains empty, each with its first block. */
export function emptyChains(): void {
  freeBlock = bucketCount
  for (let b: u32 = 0; b < bucketCount; b++) {
    store<u32>(tails + (<usize>b << 2), <u32>blocks + b * BLOCK_BYTES)
    store<u32>(heads + (<usize>b << 2), b)
    store<u32>(lasts + (<usize>b << 2), b)
  }
}

/** A fresh block behind the last one of a bucket. */
function extend(bucket: u32): u32 {
  const block = freeBlock++
  store<u32>(links + (<usize>load<u32>(lasts + (<usize>bucket << 2)) << 2), block)
  store<u32>(lasts + (<usize>bucket << 2), block)
  return <u32>blocks + block * BLOCK_BYTES
}

/** Where the tail of the bucket behind a cell of the table is kept. */
@inline
export function tailBehind(cell: u32): usize {
  return tails + (<usize>load<u16>(table + (<usize>cell << 1)) << 2)
}

@inline
export function tailOf(bucket: u32): usize {
  return tails + (<usize>bucket << 2)
}

/** Takes note of a record of R bytes written at `at`: a full block has a fresh one behind it. */
@inline
export function written<R>(tail: usize, at: u32): void {
  at += sizeof<R>()
  if ((at & (BLOCK_BYTES - 1)) == 0) at = extend(<u32>(tail - tails) >> 2)
  store<u32>(tail, at)
}

@inline
export function headOf(bucket: u32): u32 {
  return load<u32>(heads + (<usize>bucket << 2))
}
@inline
export function next(block: u32): u32 {
  return load<u32>(links + (<usize>block << 2))
}
@inline
export function blockAt(block: u32): usize {
  return blocks + <usize>block * BLOCK_BYTES
}

/** Records in a bucket. */
export function sizeOf<R>(bucket: u32): u32 {
  let block = headOf(bucket)
  const last = load<u32>(lasts + (<usize>bucket << 2))
  let values: u32 = 0
  for (; block != last; block = next(block)) values += BLOCK_BYTES / sizeof<R>()
  return values + (load<u32>(tailOf(bucket)) - <u32>blockAt(last)) / sizeof<R>()
}

/** Forgets all records of a bucket but the first `values`, which stand at the start of its chain. */
export function shorten<R>(bucket: u32, values: u32): void {
  let block = headOf(bucket)
  const perBlock: u32 = BLOCK_BYTES / sizeof<R>()
  for (; values >= perBlock; values -= perBlock) block = next(block)
  store<u32>(lasts + (<usize>bucket << 2), block)
  store<u32>(tailOf(bucket), <u32>blockAt(block) + values * sizeof<R>())
}

/** Copies the records of a bucket in a row. */
export function gather<R>(bucket: u32, values: u32, to: usize): void {
  let block = headOf(bucket)
  let left: usize = <usize>values * sizeof<R>()
  while (left > 0) {
    const bytes = min(left, <usize>BLOCK_BYTES)
    memory.copy(to, blockAt(block), bytes)
    to += bytes
    left -= bytes
    block = next(block)
  }
}

let touched: u64 = 0

/** Asks for the first lines of a block, so that they are there when its turn comes. */
@inline
export function touch(block: u32): void {
  const at = blockAt(block)
  touched ^= load<u64>(at) ^ load<u64>(at, 64) ^ load<u64>(at, 128) ^ load<u64>(at, 192)
}
