// Queries that are under way together, so that their misses of a cache overlap. Each has 16 bytes:
// what the way of looking up keeps there (12 bytes), then the address of what is read next.

import { count, settle } from './keys'

export const GROUP: u32 = 256
export const places = memory.data(256 * 16, 64)

@inline
export function slotOf(j: u32): usize {
  return places + (<usize>j << 4)
}

/**
 * Asks for what each query of a group reads next, and for what lies `beside` it: a loop of little else,
 * because the fewer instructions lie between two misses, the more of them are under way together.
 */
export function touchAll(group: u32, beside: usize): void {
  let touched: u64 = 0
  const stop = places + (<usize>group << 4)
  for (let kept = places; kept < stop; kept += 16) {
    const at = <usize>load<u32>(kept, 12)
    touched ^= load<u64>(at) ^ load<u64>(at + beside)
  }
  sink = touched
}

/** The five lines of each wide window. */
export function touchWide(group: u32): void {
  let touched: u64 = 0
  const stop = places + (<usize>group << 4)
  for (let kept = places; kept < stop; kept += 16) {
    const at = <usize>load<u32>(kept, 12)
    touched ^= load<u64>(at) ^ load<u64>(at, 64) ^ load<u64>(at, 128)
    touched ^= load<u64>(at, 192) ^ load<u64>(at, 256)
  }
  sink = touched
}

let sink: u64 = 0
/** What was asked for: a result, so that asking is not left out. */
export function touchedSoFar(): u64 {
  return sink
}
@inline
export function keepTouched(touched: u64): void {
  sink = touched
}

/** Settles a group whose slots hold guess, first and last place. */
@inline
export function settleGroup(at: usize, results: usize, group: u32): void {
  for (let j: u32 = 0; j < group; j++) {
    const kept = slotOf(j)
    const x = load<f64>(at + (<usize>j << 3))
    const found = settle(x, load<u32>(kept), load<u32>(kept, 4), load<u32>(kept, 8))
    store<u32>(results + (<usize>j << 2), select<u32>(found, count, x == x))
  }
}
