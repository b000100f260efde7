// Which products are near a query, and near what a customer looked at, by what the store learned?

export { askerVector } from './asker.ts'
export { type Encoder, encodeProduct, encodeQuery, loadEncoder, saveEncoder } from './encoder.ts'
export { fillVectors } from './fill.ts'
export {
  type EncoderKind,
  type LearnedQuery,
  type LearnedVectors,
  type LearnOptions,
  learnVectors,
} from './learn.ts'
export { withLookAlikes } from './look-alikes.ts'
export { type EncodeOptions, encodeProducts } from './onnx/encode-products.ts'
export { openSentenceModel, type SentenceModel } from './onnx/sentence-model.ts'
export { createSentenceQueries, type SentenceQueries } from './onnx/sentence-queries.ts'
export { type QueryVectors, queryVectorsOf, type SearchVectors } from './search-vectors.ts'
export { createPersonalArm, createVectorArm, type QueryVector } from './vector-arm.ts'
export {
  createVectorStore,
  loadVectorStore,
  type NearOptions,
  type VectorStore,
  type VectorStoreOptions,
} from './vector-store.ts'
