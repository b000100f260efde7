import type { TreeFeature } from '../types.ts'

/** A leaf of the reference: its rows and Newton value. */
interface Leaf {
  readonly rows: readonly number[]
  readonly best: Cut | undefined
}

interface Cut {
  readonly gain: number
  readonly left: readonly number[]
  readonly right: readonly number[]
}

/**
 * One tree of squared loss by trying every cut of every number on the raw values, missing rows on
 * either side: the plain reference of the trainer. Returns the value of each row's leaf (−G/H).
 */
export function exactGreedyTree(
  features: readonly TreeFeature[],
  gradients: readonly number[],
  limits: { readonly leaves: number; readonly minRows: number },
): number[] {
  const rows = gradients.map((_, i) => i)
  const best = (own: readonly number[]) => bestCut(features, gradients, own, limits.minRows)
  const leaves: Leaf[] = [{ rows, best: best(rows) }]
  while (leaves.length < limits.leaves) {
    let at = -1
    leaves.forEach((leaf, i) => {
      if (leaf.best === undefined) return
      if (at < 0 || leaf.best.gain > leaves[at]!.best!.gain) at = i
    })
    if (at < 0) break
    const { left, right } = leaves[at]!.best!
    leaves[at] = { rows: left, best: best(left) }
    leaves.push({ rows: right, best: best(right) })
  }
  const values = new Array<number>(rows.length).fill(0)
  for (const leaf of leaves) {
    const value = -sumOf(gradients, leaf.rows) / leaf.rows.length
    for (const row of leaf.rows) values[row] = value
  }
  return values
}

const sumOf = (gradients: readonly number[], rows: readonly number[]) =>
  rows.reduce((sum, row) => sum + gradients[row]!, 0)

function bestCut(
  features: readonly TreeFeature[],
  gradients: readonly number[],
  rows: readonly number[],
  minRows: number,
): Cut | undefined {
  const score = (part: readonly number[]) => sumOf(gradients, part) ** 2 / part.length
  let best: Cut | undefined
  for (const { values } of features) {
    const missing = rows.filter((row) => Number.isNaN(values[row]!))
    const known = rows.filter((row) => !Number.isNaN(values[row]!))
    const cuts = [...new Set(known.map((row) => values[row]!)), -Infinity]
    for (const cut of cuts) {
      const below = known.filter((row) => values[row]! <= cut)
      const above = known.filter((row) => values[row]! > cut)
      for (const [left, right] of [
        [below, [...above, ...missing]],
        [[...below, ...missing], above],
      ] as const) {
        if (left.length < minRows || right.length < minRows) continue
        const gain = score(left) + score(right) - score(rows)
        if (gain > (best?.gain ?? 1e-9) + 1e-9) best = { gain, left, right }
      }
    }
  }
  return best
}
