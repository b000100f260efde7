// Tables in tables (after the recursive models of Kraska et al. 2018 and the compact hist-tree of
// Crotty 2021): a node divides the range from its first key to its last into cells of equal width; a
// cell whose line misses too many of its keys has a node of its own below it, over what it holds, so
// that gaps fall away. Node, 32 bytes: low end, scale, most (floats), first place; its entries lie
// behind it. Entry, 4 bytes: first place of the cell, or with the high bit the node below it, in eighths of
// its address; one more entry behind the last.

import { GROUP, settleGroup, slotOf, touchAll } from './group'
import { bound, count, isMissed, keyAt, keys, settle, windowAt } from './keys'
import { guessAt, MOST_CELLS, mostOf, PART, placeOn } from './place'

const NODE: usize = 32
const BELOW: u32 = 0x8000_0000
/** Nodes on the way to a key, at most. */
const MOST_DEPTH: u32 = 8
/** Keys that are sought to learn how deep most lie. */
const SAMPLE: u32 = 1024
/** A cell of so few keys is always held by its window. */
const FEW: u32 = 8
/** Keys of a cell that are looked at to judge it, about. */
const LOOKS: u32 = 64
/** A node whose keys crowd is divided into so many cells only: what counts is the level below. */
const CELLS_OF_CROWDED: u32 = 256
const MOST_ROOT_CELLS: u32 = 1 << 19

let root: usize = 0
let free: usize = 0
let end: usize = 0
/** Nodes below the root that most ways go down to: batches do so together. */
let passes: u32 = 0
let keysACell: u32 = 16
let mostSpare: u32 = 1
let hasRoom: bool = true
let fullest: u32 = 0

/** Where a value lies among the cells of a node. */
@inline
function placeIn(node: usize, x: v128): u32 {
  return placeOn(x, v128.load64_splat(node), v128.load64_splat(node, 8), v128.load64_splat(node, 16))
}

@inline
function entryFor(node: usize, place: u32): usize {
  return node + NODE + (<usize>(place >> PART) << 2)
}

@inline
function keySplat(i: u32): v128 {
  return v128.load64_splat(keys + (<usize>i << 3))
}

@inline
function nodeAt(entry: u32): usize {
  return <usize>(entry << 3)
}

/** The first place behind a cell. */
@inline
function lastOf(entry: usize): u32 {
  const next = load<u32>(entry, 4)
  return next < BELOW ? next : load<u32>(nodeAt(next), 24)
}

/**
 * Builds all nodes in `room` bytes at `at`, with cells for `keysInCell` keys each, or up to `spare` times
 * as many where keys crowd; returns the bytes used, 0 where they do not suffice.
 */
export function buildNested(at: usize, room: u32, keysInCell: u32, spare: u32): u32 {
  root = at
  free = at
  end = at + room
  keysACell = keysInCell
  mostSpare = spare
  fullest = 0
  hasRoom = true
  if (nodeOf(0, count, MOST_ROOT_CELLS) == 0) return 0
  divide(root, 1)
  if (!hasRoom) return 0
  const step = max(1, count / SAMPLE)
  passes = (stepsOfNested(step) + SAMPLE / 2) / SAMPLE
  return <u32>(free - at)
}

/** Keys of the fullest cell that has no node below it: no guess is further off. */
export function fullestLeaf(): u32 {
  return fullest
}

/** A node over the keys first … last − 1, its entries filled; 0 without room. */
function nodeOf(first: u32, last: u32, most: u32): usize {
  let from = first
  let to = last - 1
  while (from < to && keyAt(from) == -Infinity) from++
  while (to > from && keyAt(to) == Infinity) to--
  const low = finite(keyAt(from))
  const high = finite(keyAt(to))
  const cells = low == high ? 1 : cellsFor(from, to - from + 1, low, high, most)
  const node = free
  const bytes = NODE + ((<usize>(cells + 2) << 2) & ~7)
  if (bytes > end - node) {
    hasRoom = false
    return 0
  }
  free = node + bytes
  store<f64>(node, low)
  store<f64>(node, <f64>cells / (high - low), 8)
  store<f64>(node, mostOf(cells), 16)
  store<u32>(node, first, 24)
  store<u32>(node, cells, 28)
  fillEntries(node, first, last, cells)
  return node
}

@inline
function finite(x: f64): f64 {
  return x - x == 0 ? x : 0
}

/**
 * Cells of a node: as many as part most of its keys from those `keysACell` behind them, where that takes
 * no more than `mostSpare` times what even keys need; few where a sample crowds in few of them.
 */
function cellsFor(from: u32, values: u32, low: f64, high: f64, most: u32): u32 {
  let cells = max(2, min(min(most, MOST_CELLS), values / keysACell))
  if (cells > CELLS_OF_CROWDED && cellsOfSample(from, values, low, <f64>cells / (high - low)) < LOOKS / 4) {
    return CELLS_OF_CROWDED
  }
  for (let spare: u32 = 2; spare <= mostSpare && cells < min(most, MOST_CELLS); spare <<= 1) {
    if (isParted(from, values, low, <f64>cells / (high - low))) break
    cells <<= 1
  }
  return min(cells, min(most, MOST_CELLS))
}

/** In how many different cells the keys of a sample lie. */
function cellsOfSample(from: u32, values: u32, low: f64, scale: f64): u32 {
  let different: u32 = 0
  let before: f64 = -1
  for (let i: u32 = 0; i < LOOKS; i++) {
    const cell = cellIn(keyAt(from + <u32>((<u64>i * values) / LOOKS)), low, scale)
    different += u32(cell != before)
    before = cell
  }
  return different
}

/** Whether most keys of a sample lie in other cells than those twice `keysACell` behind them. */
function isParted(from: u32, values: u32, low: f64, scale: f64): bool {
  const behind = 2 * keysACell
  if (values <= 2 * behind) return true
  const step = max(1, (values - behind) / LOOKS)
  let parted: u32 = 0
  let looks: u32 = 0
  for (let i: u32 = 0; i < values - behind; i += step) {
    parted += u32(cellIn(keyAt(from + i), low, scale) != cellIn(keyAt(from + i + behind), low, scale))
    looks++
  }
  return parted * 4 > looks * 3
}

@inline
function cellIn(x: f64, low: f64, scale: f64): f64 {
  return Math.floor((x - low) * scale)
}

function fillEntries(node: usize, first: u32, last: u32, cells: u32): void {
  const entries = node + NODE
  let cell: u32 = 0
  for (let i = first; i < last; i++) {
    const own = placeIn(node, keySplat(i)) >> PART
    for (; cell <= own; cell++) store<u32>(entries + (<usize>cell << 2), i)
  }
  for (; cell <= cells; cell++) store<u32>(entries + (<usize>cell << 2), last)
}

/** Gives cells whose line misses nodes of their own, level by level. */
function divide(node: usize, level: u32): void {
  const cells = load<u32>(node, 28)
  for (let cell: u32 = 0; cell < cells && hasRoom; cell++) {
    const entry = node + NODE + (<usize>cell << 2)
    const first = load<u32>(entry)
    const last = load<u32>(entry, 4)
    if (last - first <= FEW) continue
    if (level == MOST_DEPTH || !missesMany(node, first, last)) {
      fullest = max(fullest, last - first)
      continue
    }
    const below = nodeOf(first, last, u32.MAX_VALUE)
    if (below == 0) return
    store<u32>(entry, BELOW | (<u32>below >> 3))
    divide(below, level + 1)
  }
}

/** Whether windows around the guesses in a cell miss more than an eighth of its keys. */
function missesMany(node: usize, first: u32, last: u32): bool {
  const values = last - first
  const step = max(1, values / LOOKS)
  let misses: u32 = 0
  let looks: u32 = 0
  for (let i = first; i < last; i += step) {
    const x = keyAt(i)
    const guess = guessAt(placeIn(node, keySplat(i)), first, last)
    misses += u32(isMissed(bound(x, first, i), guess, first, last))
    looks++
  }
  return misses * 8 > looks
}

/** Lower bounds of `queries` floats, u32 each: the queries of a group go down together. */
export function findByNested(at: usize, results: usize, queries: u32): void {
  for (let start: u32 = 0; start < queries; start += GROUP) {
    const group = min(GROUP, queries - start)
    const from = at + (<usize>start << 3)
    for (let j: u32 = 0; j < group; j++) {
      const kept = slotOf(j)
      const place = placeIn(root, v128.load64_splat(from + (<usize>j << 3)))
      store<u32>(kept, place)
      store<u32>(kept, <u32>entryFor(root, place), 12)
    }
    if (passes == 0) touchAll(group, 4)
    // Where keys are uneven, few lines of the root are used: it need not be asked for.
    for (let pass: u32 = 0; pass < passes; pass++) {
      goDown(from, group)
      touchAll(group, 4)
    }
    guessAll(from, group)
    touchAll(group, 64)
    settleGroup(from, results + (<usize>start << 2), group)
  }
}

/** Takes each query whose cell has a node below it there, without branches. */
function goDown(from: usize, group: u32): void {
  for (let j: u32 = 0; j < group; j++) {
    const kept = slotOf(j)
    const entry = load<u32>(kept, 12)
    const value = load<u32>(<usize>entry)
    const isBelow = value >= BELOW
    const node = select<usize>(nodeAt(value), root, isBelow)
    const place = placeIn(node, v128.load64_splat(from + (<usize>j << 3)))
    store<u32>(kept, select<u32>(place, load<u32>(kept), isBelow))
    store<u32>(kept, select<u32>(<u32>entryFor(node, place), entry, isBelow), 12)
  }
}

/** Guesses the place of each query; those few that have further to go down do it here. */
function guessAll(from: usize, group: u32): void {
  for (let j: u32 = 0; j < group; j++) {
    const kept = slotOf(j)
    let place = load<u32>(kept)
    let entry = <usize>load<u32>(kept, 12)
    let first = load<u32>(entry)
    while (first >= BELOW) {
      const node = nodeAt(first)
      place = placeIn(node, v128.load64_splat(from + (<usize>j << 3)))
      entry = entryFor(node, place)
      first = load<u32>(entry)
    }
    const last = lastOf(entry)
    const guess = guessAt(place, first, last)
    store<u32>(kept, guess)
    store<u32>(kept, first, 4)
    store<u32>(kept, last, 8)
    store<u32>(kept, <u32>keys + (windowAt(guess, first) << 3), 12)
  }
}

/** One lower bound. */
export function oneByNested(x: f64): u32 {
  goTo(f64x2.splat(x))
  const first = load<u32>(leaf)
  const last = lastOf(leaf)
  return settle(x, guessAt(leafPlace, first, last), first, last)
}

// The cell that the last way down ended in, the place in it, and how many nodes it went down.
let leaf: usize = 0
let leafPlace: u32 = 0
let wayDown: u32 = 0

@inline
function goTo(x: v128): void {
  let node = root
  for (wayDown = 0; ; wayDown++) {
    leafPlace = placeIn(node, x)
    leaf = entryFor(node, leafPlace)
    const value = load<u32>(leaf)
    if (value < BELOW) break
    node = nodeAt(value)
  }
}

/** Nodes below the root on the ways to every `step`-th key. */
export function stepsOfNested(step: u32): u32 {
  let steps: u32 = 0
  for (let i: u32 = 0; i < count; i += step) {
    goTo(keySplat(i))
    steps += wayDown
  }
  return steps
}

/** Of every `step`-th key, how many the window around the guess does not hold. */
export function missesOfNested(step: u32): u32 {
  let misses: u32 = 0
  for (let i: u32 = 0; i < count; i += step) {
    goTo(keySplat(i))
    const first = load<u32>(leaf)
    const last = lastOf(leaf)
    misses += u32(isMissed(bound(keyAt(i), first, i), guessAt(leafPlace, first, last), first, last))
  }
  return misses
}
