import { firstNotBelow } from '../../core/bisect.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { Clause } from './clauses.ts'
import { type ImpactList, withBlocks } from './impacts.ts'
import { proximityWeight, titleBonus } from './knobs.ts'
import { type Postings, placeOfDoc, termPostings } from './postings.ts'
import { closenessOf } from './proximity.ts'
import { quantized } from './scoring.ts'
import type { Segment } from './segment.ts'
import { isLive } from './segment.ts'
import { hashOfTitle } from './segment-builder.ts'
import { inverseFrequency } from './statistics.ts'
import type { TextField } from './text-fields.ts'

/** Weight of a clause in bonuses: the idf of its most frequent alternative, times its own weight. */
export function clauseWeight(
  { alternatives, weight }: Clause,
  frequency: (terms: readonly number[]) => number,
  size: number,
): number {
  const most = alternatives.reduce((high, { terms }) => Math.max(high, frequency(terms)), 0)
  return most === 0 ? 0 : weight * inverseFrequency(most, size)
}

/** What a product gains whose whole title is the query: a share of the query's weight in titles. */
export function titleGain(
  weights: readonly number[],
  fields: readonly TextField[],
  settings: KnobSettings,
): number {
  const titles = fields.filter((field) => field.role === 'title').map((field) => field.weight)
  const sum = weights.reduce((a, b) => a + b, 0)
  return quantized(readKnob(titleBonus, settings) * sum * Math.max(0, ...titles))
}

/** The documents whose whole title is a text, as a list of what they gain; undefined for none. */
export function titleList(segment: Segment, title: string, gain: number): ImpactList | undefined {
  const { titleHashes, titleDocs } = segment
  const hash = hashOfTitle(title)
  const docs: number[] = []
  for (let i = firstNotBelow(titleHashes, hash); titleHashes[i] === hash; i++) {
    const doc = titleDocs[i]!
    if (isLive(segment, doc) && docs.at(-1) !== doc) docs.push(doc)
  }
  if (docs.length === 0) return undefined
  return withBlocks(Int32Array.from(docs), new Float32Array(docs.length).fill(gain))
}

/** Neighbours in the query and what they gain when they stand side by side. */
export interface NearPair {
  readonly left: Clause
  readonly right: Clause
  readonly gain: number
}

/** The pairs of neighbouring clauses; each gains a share of the lighter one's weight. */
export function nearPairs(
  clauses: readonly Clause[],
  weights: readonly number[],
  settings: KnobSettings,
): readonly NearPair[] {
  const share = readKnob(proximityWeight, settings)
  return clauses.slice(1).flatMap((right, i) => {
    const gain = quantized(share * Math.min(weights[i]!, weights[i + 1]!))
    return gain > 0 ? [{ left: clauses[i]!, right, gain }] : []
  })
}

/** What a document of a segment gains by words that stand close together. */
export function proximityBonus(
  segment: Segment,
  pairs: readonly NearPair[],
): (doc: number) => number {
  const prepared = pairs.map(({ left, right, gain }) => ({
    left: postingsOf(segment, left),
    right: postingsOf(segment, right),
    gain,
  }))
  return (doc) => {
    let bonus = 0
    for (const { left, right, gain } of prepared) {
      const near = nearest(left, right, doc)
      if (near > 0) bonus += quantized(gain * near)
    }
    return bonus
  }
}

/** Postings of the single-term alternatives of a clause. */
function postingsOf(segment: Segment, { alternatives }: Clause): readonly Postings[] {
  return alternatives.flatMap(({ terms }) =>
    terms.length === 1 ? (termPostings(segment, terms[0]!) ?? []) : [],
  )
}

/** The best closeness of any two alternatives in a document. */
function nearest(left: readonly Postings[], right: readonly Postings[], doc: number): number {
  let best = 0
  for (const a of left) {
    const i = placeOfDoc(a, doc)
    if (i < 0) continue
    for (const b of right) {
      const j = placeOfDoc(b, doc)
      if (j < 0) continue
      const near = closenessOf(a, i, b, j)
      if (near > best) best = near
    }
  }
  return best
}
