// The door of search: each part is a namespace of its own, so that one can be used alone.

export type { Arm, ArmRequest, Asker, Union, UnionArm } from './arms/arm.ts'
export * as arms from './arms/door.ts'
export * as catalogue from './catalogue/door.ts'
export {
  type Field,
  type FieldRole,
  type FieldValue,
  NUMBER_ROLES,
  type Product,
  TEXT_ROLES,
  VALUE_ROLES,
} from './catalogue/product.ts'
export * as clicks from './clicks/door.ts'
export * as engine from './engine/door.ts'
export * as evaluate from './evaluate/door.ts'
export type {
  ArmShare,
  FeedbackEvent,
  FeedbackKind,
  PastSearch,
  SearchRecord,
} from './feedback/events.ts'
export { type ForeignEvent, translateEvent } from './feedback/translate.ts'
export * as index from './index/door.ts'
export type {
  Candidates,
  DocSet,
  Filter,
  SearchIndex,
  TextOptions,
  TextScoring,
  ValueColumn,
} from './index/types.ts'
export * as judged from './judged/door.ts'
export * as learning from './learning/door.ts'
export * as memory from './memory/door.ts'
export * as policy from './policy/door.ts'
export {
  type AnalyzedQuery,
  type Interpretation,
  MAX_QUERY_LENGTH,
  MAX_QUERY_TOKENS,
  type Script,
  type Slot,
} from './query/query.ts'
export * as ranker from './ranker/door.ts'
export type { FeatureContext, RankFeature } from './ranker/feature.ts'
export * as understand from './understand/door.ts'
export * as values from './values/door.ts'
export * as vectors from './vectors/door.ts'
