import type { Asker } from '../arms/arm.ts'
import { toUnit } from './encoder.ts'
import type { VectorStore } from './vector-store.ts'

/**
 * The vector of a customer or session: unit(Σ decay^i · vector of the i-th newest product), what the
 * session clicked before what the customer did in the past. Undefined where none of them is known.
 */
export function askerVector(
  store: VectorStore,
  { recentProducts = [], pastProducts = [] }: Asker,
  decay: number,
): Float32Array | undefined {
  const sum = new Float32Array(store.width)
  let known = false
  let weight = 1
  for (const id of new Set([...recentProducts, ...pastProducts])) {
    const vector = store.vectorOf(id)
    // A product that is gone does not age the others.
    if (vector === undefined) continue
    known = true
    for (let i = 0; i < sum.length; i++) sum[i]! += weight * vector[i]!
    weight *= decay
    if (weight < 1e-4) break
  }
  return known ? toUnit(sum) : undefined
}
