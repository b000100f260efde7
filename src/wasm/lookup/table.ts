// The table: cells of equal width in the value or in its bits, each with the first key in it or behind.

import { keyOf } from '../sort/keys'
import { GROUP, settleGroup, slotOf, touchAll } from './group'
import { bound, count, isMissed, keyAt, keys, settle, windowAt } from './keys'
import { guessAt, mostOf, PART, placeOn } from './place'

let table: usize = 0
let byKey: bool = false
let lows: v128 = f64x2.splat(0)
let scales: v128 = f64x2.splat(0)
let mosts: v128 = f64x2.splat(0)
let lowKey: u64 = 0
let shift: u64 = 0
let mostByKey: u64 = 0
let lastCell: u32 = 0

/**
 * Uses `cells` cells at `at`: cell = (x − low) × scale; or in the bits, whose difference is shifted by
 * `newShift` for a 4096th of a cell.
 */
export function useTable(at: usize, isByKey: bool, low: f64, scale: f64, newShift: u32, cells: u32): void {
  table = at
  byKey = isByKey
  lows = f64x2.splat(low)
  scales = f64x2.splat(scale)
  mosts = f64x2.splat(mostOf(cells))
  lowKey = keyOf(reinterpret<u64>(low + 0))
  shift = <u64>newShift
  mostByKey = (<u64>cells << PART) - 1
  lastCell = cells - 1
}

/** Where a value lies among the cells. */
@inline
function placeOf(x: v128): u32 {
  return byKey ? placeByKey(f64x2.extract_lane(x, 0)) : placeOn(x, lows, scales, mosts)
}

@inline
function placeByKey(x: f64): u32 {
  // Adding 0 makes one zero of both.
  const key = keyOf(reinterpret<u64>(x + 0))
  const above = (key > lowKey ? key - lowKey : 0) >> shift
  return <u32>min(above, mostByKey)
}

@inline
function entryFor(place: u32): usize {
  return table + (<usize>(place >> PART) << 2)
}

@inline
function keySplat(i: u32): v128 {
  return v128.load64_splat(keys + (<usize>i << 3))
}

/** Fills the table from the keys: cells + 1 entries of u32. */
export function buildTable(): void {
  let cell: u32 = 0
  for (let i: u32 = 0; i < count; i++) {
    const own = placeOf(keySplat(i)) >> PART
    for (; cell <= own; cell++) store<u32>(table + (<usize>cell << 2), i)
  }
  for (; cell <= lastCell + 1; cell++) store<u32>(table + (<usize>cell << 2), count)
}

/** Lower bounds of `queries` floats, u32 each. */
export function findByTable(at: usize, results: usize, queries: u32): void {
  for (let start: u32 = 0; start < queries; start += GROUP) {
    const group = min(GROUP, queries - start)
    const from = at + (<usize>start << 3)
    for (let j: u32 = 0; j < group; j++) {
      const kept = slotOf(j)
      const place = placeOf(v128.load64_splat(from + (<usize>j << 3)))
      store<u32>(kept, place)
      store<u32>(kept, <u32>entryFor(place), 12)
    }
    touchAll(group, 0)
    for (let j: u32 = 0; j < group; j++) {
      const kept = slotOf(j)
      const entry = <usize>load<u32>(kept, 12)
      const first = load<u32>(entry)
      const last = load<u32>(entry, 4)
      const guess = guessAt(load<u32>(kept), first, last)
      store<u32>(kept, guess)
      store<u32>(kept, first, 4)
      store<u32>(kept, last, 8)
      store<u32>(kept, <u32>keys + (windowAt(guess, first) << 3), 12)
    }
    touchAll(group, 64)
    settleGroup(from, results + (<usize>start << 2), group)
  }
}

/** One lower bound. */
export function oneByTable(x: f64): u32 {
  const place = placeOf(f64x2.splat(x))
  const entry = entryFor(place)
  const first = load<u32>(entry)
  const last = load<u32>(entry, 4)
  return settle(x, guessAt(place, first, last), first, last)
}

/** Of every `step`-th key, how many the window around the table's guess does not hold. */
export function missesOfTable(step: u32): u32 {
  let misses: u32 = 0
  for (let i: u32 = 0; i < count; i += step) {
    const x = keyAt(i)
    const place = placeOf(keySplat(i))
    const entry = entryFor(place)
    const first = load<u32>(entry)
    const last = load<u32>(entry, 4)
    const guess = guessAt(place, first, last)
    misses += u32(isMissed(bound(x, first, i), guess, first, last))
  }
  return misses
}

/** Keys of the fullest cell: no guess is further off. */
export function fullestCell(): u32 {
  let most: u32 = 0
  for (let cell: u32 = 0; cell <= lastCell; cell++) {
    const entry = table + (<usize>cell << 2)
    most = max(most, load<u32>(entry, 4) - load<u32>(entry))
  }
  return most
}
