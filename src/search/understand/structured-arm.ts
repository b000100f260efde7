import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { Arm, ArmRequest } from '../arms/arm.ts'
import type { DocSet, SearchIndex } from '../index/types.ts'
import type { AnalyzedQuery, Interpretation, Slot } from '../query/query.ts'
import { intersect, subtract } from '../values/doc-set.ts'
import { bestOf } from './best-of.ts'
import { CONSTRAINT_SOFTNESS } from './knobs.ts'
import type { SlotDocs } from './slot-docs.ts'

/** Documents gathered for one reading, before they are cut: so many times what is asked for. */
const WIDER = 2
/** Slots of a reading that are let go of one at a time. */
const MOST_RELAXED = 4
/** How much of a score hangs on quality where no words are left to match. */
const QUALITY_SHARE = 0.5

/**
 * The arm of query understanding: for each reading, the products that fit its slots, by the words that
 * are left and by quality, times the reading's likelihood; products that miss one slot by a share
 * (`search.constraint-softness`; at 0 slots are conditions). A product's score is the sum over
 * readings. Empty where nothing of the query is understood.
 */
export function structuredArm(
  index: SearchIndex,
  slotDocs: SlotDocs,
  settings: KnobSettings = {},
): Arm {
  const softness = readKnob(CONSTRAINT_SOFTNESS, settings)
  return {
    name: 'structured',
    about: 'Products that fit what the query says of category, brand, attributes and numbers.',
    retrieve(request) {
      const scores = new Map<number, number>()
      const fit = fitter(index, slotDocs, request)
      for (const reading of request.query.interpretations) {
        if (reading.slots.length === 0) continue
        addReading(slotDocs, fit, reading, softness, scores)
      }
      return bestOf(index, scores, request.count)
    },
  }
}

/** Documents with scores in (0, 1]. */
interface Fitting {
  readonly docs: ArrayLike<number>
  readonly scores: ArrayLike<number>
}

/** The best documents that fit slots, by words that are left. */
type Fit = (slots: readonly Slot[], words: readonly number[]) => Fitting

/** Readings share most of their slots, the more so once one is let go of: each set is searched once. */
function fitter(index: SearchIndex, slotDocs: SlotDocs, request: ArmRequest): Fit {
  const live = request.allowed ?? index.filter([])
  const known: {
    readonly key: string
    readonly sets: readonly DocSet[]
    readonly found: Fitting
  }[] = []
  return (slots, words) => {
    const sets = slots.map((slot) => slotDocs.of(slot))
    const key = `${slots.map(({ negated }) => Number(negated === true)).join()};${words.join()}`
    const before = known.find(
      (one) =>
        one.key === key &&
        one.sets.length === sets.length &&
        one.sets.every((set, i) => set === sets[i]),
    )
    if (before !== undefined) return before.found
    const docs = fitting(slots, sets, live)
    const found = docs.count === 0 ? NONE : scored(index, request, docs, words)
    known.push({ key, sets, found })
    return found
  }
}

const NONE: Fitting = { docs: [], scores: [] }

function addReading(
  slotDocs: SlotDocs,
  fit: Fit,
  { slots, rest, likelihood }: Interpretation,
  softness: number,
  scores: Map<number, number>,
): void {
  const gained = new Map<number, number>()
  const add = (kept: readonly Slot[], words: readonly number[], factor: number) => {
    const { docs, scores: own } = fit(kept, words)
    for (let i = 0; i < docs.length; i++) {
      const doc = docs[i]!
      let sure = factor
      for (const slot of kept) if (!slot.negated) sure *= slotDocs.confidence(slot, doc)
      const score = sure * own[i]!
      if (!(gained.get(doc)! >= score)) gained.set(doc, score)
    }
  }
  add(slots, rest, likelihood)
  const wanted = slots.filter(({ negated }) => !negated)
  if (softness > 0 && wanted.length > 1) {
    // The least certain parts are let go of first; their words are words again.
    const relaxed = wanted.toSorted((a, b) => a.probability - b.probability).slice(0, MOST_RELAXED)
    for (const slot of relaxed) {
      const words = [...rest, ...tokensOf(slot)].sort((a, b) => a - b)
      add(
        slots.filter((one) => one !== slot),
        words,
        likelihood * softness,
      )
    }
  }
  for (const [doc, score] of gained) scores.set(doc, (scores.get(doc) ?? 0) + score)
}

function tokensOf({ from, to }: Slot): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i)
}

function fitting(slots: readonly Slot[], sets: readonly DocSet[], live: DocSet): DocSet {
  let docs = live
  slots.forEach(({ negated }, i) => {
    docs = negated ? subtract(docs, sets[i]!) : intersect(docs, sets[i]!)
  })
  return docs
}

/** Documents of the set with scores in (0, 1]: by the words that are left, else by quality. */
function scored(
  index: SearchIndex,
  { query, count }: ArmRequest,
  allowed: DocSet,
  words: readonly number[],
): Fitting {
  const quality = index.quality()
  const ownScore = (doc: number) => 1 - QUALITY_SHARE + QUALITY_SHARE * quality[doc]!
  const left = words.filter((t) => query.terms[t] !== '')
  if (left.length > 0) {
    const text = partOf(query, left)
    const { docs, scores } = index.top(text, { count: count * WIDER, allowed, typos: true })
    if (docs.length > 0) {
      const best = scores[0]!
      return {
        docs,
        scores: Float64Array.from(docs, (doc, i) => ownScore(doc) * (scores[i]! / best || 0)),
      }
    }
  }
  const docs = bestByQuality(allowed, quality, count * WIDER)
  return { docs, scores: docs.map(ownScore) }
}

/** The query with some of its words only. */
function partOf(query: AnalyzedQuery, tokens: readonly number[]): AnalyzedQuery {
  const own = tokens.map((t) => query.tokens[t]!)
  return {
    ...query,
    text: own.join(' '),
    tokens: own,
    terms: tokens.map((t) => query.terms[t]!),
    unfinished: query.unfinished && tokens.includes(query.tokens.length - 1),
    interpretations: [],
  }
}

/** The documents of best quality, by counting: quality in 1,024 steps is enough to cut by. */
function bestByQuality(set: DocSet, quality: Float32Array, count: number): number[] {
  const steps = new Int32Array(1025)
  const stepOf = (doc: number) => Math.round(1024 * Math.max(0, Math.min(1, quality[doc] ?? 0)))
  forEachDoc(set, (doc) => {
    steps[stepOf(doc)]! += 1
  })
  let least = 1024
  for (let sum = steps[1024]!; sum < count && least > 0; ) sum += steps[--least]!
  const docs: number[] = []
  forEachDoc(set, (doc) => {
    if (stepOf(doc) >= least) docs.push(doc)
  })
  return docs.sort((a, b) => quality[b]! - quality[a]! || a - b).slice(0, count)
}

function forEachDoc({ words }: DocSet, take: (doc: number) => void): void {
  for (let w = 0; w < words.length; w++) {
    let bits = words[w]!
    while (bits !== 0) {
      take((w << 5) + (31 - Math.clz32(bits & -bits)))
      bits &= bits - 1
    }
  }
}
