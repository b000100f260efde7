import type { QueryVector } from '../vector-arm.ts'
import type { SentenceModel } from './sentence-model.ts'

/** Vectors of queries by a sentence model, which does not answer at once: arms do not wait for it. */
export interface SentenceQueries {
  /** What tells one model from another. */
  readonly fingerprint: string
  /** Makes the vectors of normalized queries before they are searched; known ones cost nothing. */
  prepare(texts: readonly string[]): Promise<void>
  readonly vectorOf: QueryVector
  close(): Promise<void>
}

/** Vectors of queries ahead of the arms: the newest `most` of those that were prepared are kept. */
export function createSentenceQueries(
  model: Pick<SentenceModel, 'encode' | 'fingerprint' | 'close'>,
  most = 10_000,
): SentenceQueries {
  const vectors = new Map<string, Float32Array>()
  return {
    fingerprint: model.fingerprint,
    async prepare(texts) {
      const missing = [...new Set(texts)].filter((text) => text !== '' && !vectors.has(text))
      const made = await model.encode(missing)
      missing.forEach((text, i) => {
        if (vectors.size >= most) vectors.delete(vectors.keys().next().value!)
        vectors.set(text, made[i]!)
      })
    },
    vectorOf: ({ text }) => vectors.get(text),
    close: () => model.close(),
  }
}
