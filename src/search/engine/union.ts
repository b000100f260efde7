import type { Union, UnionArm } from '../arms/arm.ts'
import type { Candidates } from '../index/types.ts'

/** What one arm brought. */
export interface Brought {
  readonly name: string
  readonly candidates: Candidates
}

/** Joins what arms brought; keeps its scratch memory from one call to the next. */
export type Joiner = (brought: readonly Brought[], capacity: number) => Union

/**
 * A joiner: the union's documents rise; each arm's scores and ranks stand at the documents' places.
 * Time is that of the candidates, whatever the size of the catalogue.
 */
export function createJoiner(): Joiner {
  // placeOf[d] is the place of document d + 1 while it is in the union, 0 otherwise.
  let placeOf = new Int32Array(0)
  return (brought, capacity) => {
    if (placeOf.length < capacity) placeOf = new Int32Array(capacity)
    const seen: number[] = []
    for (const { candidates } of brought) {
      for (const doc of candidates.docs) {
        if (placeOf[doc] !== 0) continue
        placeOf[doc] = 1
        seen.push(doc)
      }
    }
    const docs = Int32Array.from(seen).sort()
    for (let place = 0; place < docs.length; place++) placeOf[docs[place]!] = place + 1
    const arms = brought.map((arm) => armOf(arm, placeOf, docs.length))
    for (const doc of docs) placeOf[doc] = 0
    return { docs, arms }
  }
}

function armOf({ name, candidates }: Brought, placeOf: Int32Array, count: number): UnionArm {
  const scores = new Float32Array(count).fill(Number.NaN)
  const ranks = new Float32Array(count).fill(Number.NaN)
  for (let i = 0; i < candidates.docs.length; i++) {
    const place = placeOf[candidates.docs[i]!]! - 1
    scores[place] = candidates.scores[i]!
    ranks[place] = i + 1
  }
  return { name, scores, ranks }
}
