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
export {
  createQueryVectors,
  openSentenceModel,
  type SentenceModel,
} from './onnx/sentence-model.ts'
export { createPersonalArm, createVectorArm, type QueryVector } from './vector-arm.ts'
export {
  createVectorStore,
  loadVectorStore,
  type NearOptions,
  type VectorStore,
  type VectorStoreOptions,
} from './vector-store.ts'
