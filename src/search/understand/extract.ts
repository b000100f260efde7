import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { VALUE_ROLES } from '../catalogue/product.ts'
import type { SearchIndex } from '../index/types.ts'
import { type Calibration, calibrate, calibrated } from './calibrate.ts'
import { bestValue, countEvidence, createEvidenceReader, type Examples } from './evidence.ts'
import { EXTRACTION_CONFIDENCE } from './knobs.ts'

/** Values of one field read from texts, for products that miss the field. */
export interface ExtractedField {
  readonly field: string
  readonly values: readonly string[]
  /** Documents, rising; the value read for each, and how probable it is. */
  readonly docs: Int32Array
  readonly codes: Int32Array
  readonly confidences: Float32Array
}

/** Learning reads at most this many products, evenly chosen. */
const MOST_EXAMPLES = 60_000
/** Fields that fewer products have teach nothing; what nearly all have is not missing. */
const FEWEST = 30
/** Values to choose from at most, and products a value needs in the mean: others are names or texts. */
const MOST_VALUES = 20_000
const MEAN_PRODUCTS = 3

/**
 * Reads attributes that products miss from their titles and descriptions: learned from products that
 * have them (which terms stand with which values), the confidence calibrated on products that learning
 * had not seen (half learns, half judges, and the other way round). Only values of at least the
 * knob's confidence are given.
 */
export function extractAttributes(
  index: SearchIndex,
  settings: KnobSettings = {},
): readonly ExtractedField[] {
  const reader = createEvidenceReader(index)
  const docs = liveDocs(index)
  const terms = docs.map((doc) => reader.read(doc))
  const least = readKnob(EXTRACTION_CONFIDENCE, settings)
  return index.fields
    .filter(({ role }) => VALUE_ROLES.includes(role))
    .flatMap(({ name }): ExtractedField[] => {
      const { values, offsets, codes } = index.values(name)
      const isFew = codes.length < MEAN_PRODUCTS * values.length
      if (isFew || values.length > MOST_VALUES || values.length < 2) return []
      const codesOf = (doc: number) => codes.subarray(offsets[doc] ?? 0, offsets[doc + 1] ?? 0)
      const termCount = reader.termOf.size
      const all = { docs: Int32Array.from(docs), terms, termCount, codesOf, values: values.length }
      const found = extractField(all, least)
      return found === undefined ? [] : [{ field: name, values, ...found }]
    })
}

function liveDocs(index: SearchIndex): number[] {
  const docs: number[] = []
  for (let doc = 0; doc < index.capacity; doc++) if (index.idOf(doc) !== undefined) docs.push(doc)
  return docs
}

function extractField(
  all: Examples,
  least: number,
): Pick<ExtractedField, 'docs' | 'codes' | 'confidences'> | undefined {
  const { docs, terms, codesOf } = all
  const stride = Math.max(1, Math.ceil(docs.length / MOST_EXAMPLES))
  const taught = (place: number) => place % stride === 0
  let having = 0
  for (const doc of docs) if (codesOf(doc).length > 0) having++
  if (having < FEWEST || having === docs.length) return undefined
  const calibration = calibrateField(all, taught)
  if (calibration === undefined || !calibration.shares.some((share) => share >= least)) {
    return undefined
  }
  const evidence = countEvidence(all, taught)
  const found: { doc: number; code: number; confidence: number }[] = []
  docs.forEach((doc, place) => {
    if (codesOf(doc).length > 0) return
    const { code, score } = bestValue(evidence, terms[place]!)
    const confidence = code < 0 ? 0 : calibrated(calibration, score)
    if (confidence >= least) found.push({ doc, code, confidence })
  })
  return {
    docs: Int32Array.from(found, ({ doc }) => doc),
    codes: Int32Array.from(found, ({ code }) => code),
    confidences: Float32Array.from(found, ({ confidence }) => confidence),
  }
}

/** Learns on one half, judges on the other, and the other way round. */
function calibrateField(
  all: Examples,
  taught: (place: number) => boolean,
): Calibration | undefined {
  const cases: { score: number; isRight: boolean }[] = []
  for (const half of [0, 1]) {
    const isJudged = (place: number) => halfOf(place) === half
    const evidence = countEvidence(all, (place) => taught(place) && !isJudged(place))
    all.docs.forEach((doc, place) => {
      if (!taught(place) || !isJudged(place)) return
      const truth = all.codesOf(doc)
      if (truth.length === 0) return
      const { code, score } = bestValue(evidence, all.terms[place]!)
      if (code >= 0) cases.push({ score, isRight: Array.prototype.includes.call(truth, code) })
    })
  }
  return calibrate(cases)
}

/** Half of a place in the list, by a mixed hash: neighbours in a file are often alike. */
function halfOf(place: number): number {
  return (Math.imul(place + 1, 0x9e3779b1) >>> 16) & 1
}
