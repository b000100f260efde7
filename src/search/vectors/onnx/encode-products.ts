import { createHash } from 'node:crypto'
import { type KnobSettings, readKnob } from '../../../core/knobs.ts'
import { type OnProgress, silent, throwIfStopped } from '../../../core/progress.ts'
import type { Field, Product } from '../../catalogue/product.ts'
import { VECTOR_KNOBS } from '../knobs.ts'
import { wordsOf } from '../product-bags.ts'
import type { SearchVectors } from '../search-vectors.ts'
import { createVectorStore } from '../vector-store.ts'
import type { SentenceModel } from './sentence-model.ts'
import { createSentenceQueries } from './sentence-queries.ts'

type SentenceVectors = Extract<SearchVectors, { readonly kind: 'sentence' }>

/** Products that are encoded between two looks at the stop signal. */
const BATCH = 256

export interface EncodeOptions {
  readonly settings?: KnobSettings
  /** Vectors made before: those of the same model and the same texts are taken over. */
  readonly before?: SearchVectors
  readonly onProgress?: OnProgress
  readonly signal?: AbortSignal
}

/**
 * Vectors of products by a sentence model: of the title and the first words of the other fields.
 * Throws ERR_CANCELLED once the signal is aborted.
 */
export async function encodeProducts(
  model: SentenceModel,
  products: readonly Product[],
  fields: readonly Field[],
  { settings = {}, before, onProgress = silent, signal }: EncodeOptions = {},
): Promise<SentenceVectors> {
  const store = createVectorStore(model.width, { settings })
  const restWords = readKnob(VECTOR_KNOBS.restWords, settings)
  const texts = new Map<string, string>()
  const missing: { readonly id: string; readonly text: string }[] = []
  for (const product of products) {
    const { title, rest } = wordsOf(product, fields, restWords)
    const text = `${title}. ${rest}`
    const mark = createHash('sha256').update(text).digest('base64').slice(0, 16)
    texts.set(product.id, mark)
    const known = vectorBefore(before, model, product.id, mark)
    if (known === undefined) missing.push({ id: product.id, text })
    else store.put(product.id, known)
  }
  for (let from = 0; from < missing.length; from += BATCH) {
    throwIfStopped(signal)
    onProgress({ step: 'encode products', done: from, total: missing.length })
    const batch = missing.slice(from, from + BATCH)
    const vectors = await model.encode(batch.map(({ text }) => text))
    batch.forEach(({ id }, i) => {
      store.put(id, vectors[i]!)
    })
  }
  return { kind: 'sentence', queries: createSentenceQueries(model), store, texts }
}

function vectorBefore(
  before: SearchVectors | undefined,
  { fingerprint }: SentenceModel,
  id: string,
  mark: string,
): Float32Array | undefined {
  if (before?.kind !== 'sentence' || before.queries.fingerprint !== fingerprint) return undefined
  return before.texts.get(id) === mark ? before.store.vectorOf(id) : undefined
}
