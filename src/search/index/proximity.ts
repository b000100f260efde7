import type { Postings } from './postings.ts'
import { POSITION_BITS } from './segment.ts'

/** Words further apart than this are not near. */
const FARTHEST = 8
/** What words in the other order count. */
const REVERSED = 0.5

/**
 * How near two words stand in any field of a document, in [0, 1]: 1 side by side in order, 1 / gap
 * further apart, half of it the other way round, 0 beyond eight places. Positions rise.
 */
export function closeness(
  a: Uint16Array,
  fromA: number,
  toA: number,
  b: Uint16Array,
  fromB: number,
  toB: number,
): number {
  let best = 0
  let j = fromB
  for (let i = fromA; i < toA && best < 1; i++) {
    const at = a[i]!
    while (j < toB && b[j]! + FARTHEST < at) j++
    for (let k = j; k < toB && b[k]! <= at + FARTHEST; k++) {
      const other = b[k]!
      if (other >> POSITION_BITS !== at >> POSITION_BITS || other === at) continue
      const near = other > at ? 1 / (other - at) : REVERSED / (at - other)
      if (near > best) best = near
    }
  }
  return best
}

/** The closeness of posting i of one term and posting j of another. */
export function closenessOf(a: Postings, i: number, b: Postings, j: number): number {
  return closeness(
    a.positions,
    a.positionsFrom[i]!,
    a.positionsFrom[i + 1]!,
    b.positions,
    b.positionsFrom[j]!,
    b.positionsFrom[j + 1]!,
  )
}
