// AssemblyScript, compiled by scripts/build-wasm.mjs. The callers are in src/learn/structures/lookup.
//
// Look-ups in sorted floats: lower bounds by a table of two layers, by blocks with codes, by segments of
// bounded error, by a search tree in Eytzinger's order and by binary search. A batch goes in passes over
// groups of queries: all places are predicted and their lines asked for, then all are settled, so that
// misses of a cache overlap.

import { findByBinary, oneByBinary } from './lookup/binary'
import { findByBlocks, oneByBlocks } from './lookup/blocks'
import { findBySegments, oneBySegments } from './lookup/segments'
import { findByTable, oneByTable } from './lookup/table'
import { findByTree, oneByTree } from './lookup/tree'

export { touchedSoFar } from './lookup/group'
export { firstFault, useKeys } from './lookup/keys'
export { blocksBytes, buildBlocks, guessByBlocks } from './lookup/blocks'
export { buildSegments, errorOfSegments, useSegments } from './lookup/segments'
export { buildTable, fullestCell, missesOfTable, useTable } from './lookup/table'
export { buildTree, useTree } from './lookup/tree'

// Ways to look up.
const TABLE: u32 = 0
const BLOCKS: u32 = 1
const SEGMENTS: u32 = 2
const TREE: u32 = 3

/** The lower bound of one float. */
@inline
function oneBy(way: u32, x: f64): u32 {
  if (way == TABLE) return oneByTable(x)
  if (way == BLOCKS) return oneByBlocks(x)
  if (way == SEGMENTS) return oneBySegments(x)
  return way == TREE ? oneByTree(x) : oneByBinary(x)
}

export function one(way: u32, x: f64): u32 {
  return oneBy(way, x)
}

/** Lower bounds of `queries` floats at `at`, u32 each at `results`, their misses overlapping. */
export function find(way: u32, at: usize, results: usize, queries: u32): void {
  if (way == TABLE) findByTable(at, results, queries)
  else if (way == BLOCKS) findByBlocks(at, results, queries)
  else if (way == SEGMENTS) findBySegments(at, results, queries)
  else if (way == TREE) findByTree(at, results, queries)
  else findByBinary(at, results, queries)
}

/** The same one after the other: each query waits for the result before it. */
export function chain(way: u32, at: usize, results: usize, queries: u32): void {
  let before: u32 = 0
  for (let j: u32 = 0; j < queries; j++) {
    before = oneBy(way, load<f64>(at + (<usize>(j + (before >> 31)) << 3)))
    store<u32>(results + (<usize>j << 2), before)
  }
}

/** Makes sure the memory holds `bytes` beyond the static data; returns the first free address. */
export function reserve(bytes: u32): usize {
  const base = (__heap_base + 63) & ~63
  const pages = <i32>((base + bytes + 65535) >>> 16)
  const missing = pages - memory.size()
  return missing <= 0 || memory.grow(missing) >= 0 ? base : 0
}
