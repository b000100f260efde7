import { requireArgument } from '../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { type OnProgress, silent, throwIfStopped } from '../../core/progress.ts'
import { createRandom } from '../../core/random/random.ts'
import type { Arm } from '../arms/arm.ts'
import { createTextArms } from '../arms/text.ts'
import { orderByScore } from '../evaluate/order.ts'
import type { SearchIndex } from '../index/types.ts'
import type { AnalyzedQuery } from '../query/query.ts'
import type { RankFeature } from '../ranker/feature.ts'
import { standardFeatures } from '../ranker/standard-features.ts'
import { describeUnion } from '../ranker/table.ts'
import { type RankerVerdict, trainRanker } from '../ranker/train.ts'
import { type CountChoice, chooseCounts } from './choose-counts.ts'
import { createJudgedMemory, type Forgotten, type JudgedMemory } from './judged-memory.ts'
import { gatherJudged, type JudgedQuery } from './judged-query.ts'
import { candidatesKnob, trainingRowsKnob, unjudgedKnob } from './knobs.ts'
import { createJudgedMemoryArm } from './memory-arm.ts'
import { memoryFeature } from './memory-feature.ts'
import type { JudgmentRow, QueryRow } from './read-judged.ts'
import { type CountedArm, createRetriever, type Retriever } from './retrieve.ts'
import { trainingRows } from './training-rows.ts'
import { unaskedWordsFeature } from './unasked-words.ts'
import { wordWorthFeature } from './word-worth.ts'

export interface RankJudgedInput {
  readonly index: SearchIndex
  /** What to learn from. */
  readonly judgments: readonly JudgmentRow[]
  readonly queries: readonly QueryRow[]
  /** Product ids by query id: only these are ranked. All of the catalogue where absent. */
  readonly candidates?: ReadonlyMap<string, readonly string[]>
  /** Documents a query at most. */
  readonly k: number
  readonly seed: number | string
  /** See TrainRankerOptions: 'light' is a tenth of the work of 'full'. */
  readonly effort?: 'full' | 'light'
  /** Epoch ms: what "new" is measured from. */
  readonly now: number
  /** Arms beside those of words and of judged queries. */
  readonly arms?: readonly Arm[]
  readonly knobs?: KnobSettings
  readonly onProgress?: OnProgress
  readonly signal?: AbortSignal
}

/** A ranked document. */
export interface RankedRow {
  readonly queryId: string
  readonly docId: string
  /** From 1. */
  readonly rank: number
  readonly score: number
}

export interface RankJudgedResult {
  readonly rows: readonly RankedRow[]
  readonly verdict: RankerVerdict
  /** How many candidates each arm was asked for; undefined where candidates were given. */
  readonly counts: CountChoice | undefined
  /** Judgments whose document the catalogue does not have. */
  readonly missing: number
  readonly trainedQueries: number
}

/**
 * Ranks products for queries by what judgments of other queries teach: chooses how many candidates
 * each arm brings, trains a ranking model (every choice by cross-validation over clusters of query
 * words) and ranks. Equal scores stand by id. Throws ERR_ARGUMENT where nothing can be learned.
 */
export function rankJudged(input: RankJudgedInput): RankJudgedResult {
  const { index, knobs, seed, now, onProgress = silent, signal } = input
  const { judged, missing } = gatherJudged(index, input.judgments)
  requireArgument(judged.length > 0, 'none of the judged documents is in the catalogue')
  const memory = createJudgedMemory(judged)
  const queries = input.queries.map((row) => ({ ...row, query: index.analyze(row.query) }))
  const asked = queries.map(({ query }) => query)
  const learning = sightOf(input, memory, chooseForgotten(memory, asked, seed))
  const retriever = createRetriever({ capacity: index.capacity, now, seed: 0 })
  onProgress({ step: 'choose candidates', done: 0 })
  const budget = readKnob(candidatesKnob, knobs)
  const counts =
    input.candidates === undefined
      ? chooseCounts(learning.arms, judged, { budget, now, seed: 0 })
      : undefined
  throwIfStopped(signal)
  const trained = trainOn(judged, learning, counts, retriever, input)
  const serving = sightOf(input, memory, () => ({ kind: 'none' }))
  const arms = countedArms(serving.arms, counts)
  const rows = queries.flatMap(({ queryId, query }, done) => {
    onProgress({ step: 'rank', done, total: queries.length })
    throwIfStopped(signal)
    const given = input.candidates?.get(queryId)
    const union =
      input.candidates === undefined
        ? retriever.union(query, arms)
        : retriever.describe(query, arms, docsOf(index, given ?? []))
    const table = describeUnion(serving.features, { index, query, union, now })
    return rankedRows(index, queryId, union.docs, trained.model.score(table), input.k)
  })
  return { rows, verdict: trained.verdict, counts, missing, trainedQueries: trained.queries }
}

/** The arms and features under which a query is seen. */
interface Sight {
  readonly arms: readonly Arm[]
  readonly features: readonly RankFeature[]
}

function sightOf(
  { index, arms: more = [] }: RankJudgedInput,
  memory: JudgedMemory,
  forgottenOf: (query: AnalyzedQuery) => Forgotten,
): Sight {
  const arms = [
    ...createTextArms(index),
    createJudgedMemoryArm(index, memory, forgottenOf),
    ...more,
  ]
  const features = [
    ...standardFeatures(arms.map(({ name }) => name)),
    memoryFeature(memory, forgottenOf),
    wordWorthFeature(index, memory.judged, forgottenOf),
    unaskedWordsFeature(index, memory.judged, forgottenOf),
  ]
  return { arms, features }
}

/**
 * What a judged query forgets while it is learned from: its whole cluster, or itself alone. The share
 * of the latter is such that judged queries find queries as like them as those to be ranked do.
 */
function chooseForgotten(
  memory: JudgedMemory,
  queries: readonly AnalyzedQuery[],
  seed: number | string,
): (query: AnalyzedQuery) => Forgotten {
  const random = createRandom(seed).split('forget')
  const own = new Map<string, { readonly cluster: number; readonly key: number }>()
  for (const { query, cluster } of memory.judged) {
    own.set(query.text, { cluster, key: random.next() })
  }
  const byCluster = (query: AnalyzedQuery): Forgotten => {
    const cluster = own.get(query.text)?.cluster
    return cluster === undefined ? { kind: 'none' } : { kind: 'cluster', cluster }
  }
  const byQuery = ({ text }: AnalyzedQuery): Forgotten => ({ kind: 'query', text })
  const sample = everyNth(memory.judged, 500).map(({ query }) => query)
  const [far, near] = [
    meanLikeness(memory, sample, byCluster),
    meanLikeness(memory, sample, byQuery),
  ]
  const met = meanLikeness(memory, everyNth(queries, 500), () => ({ kind: 'none' }))
  const share = near > far ? Math.min(1, Math.max(0, (met - far) / (near - far))) : 0
  return (query) => ((own.get(query.text)?.key ?? 0) < share ? byQuery(query) : byCluster(query))
}

function everyNth<Item>(items: readonly Item[], most: number): readonly Item[] {
  const every = Math.max(1, Math.ceil(items.length / most))
  return items.filter((_, i) => i % every === 0)
}

/** Mean similarity of the likest judged query. */
function meanLikeness(
  memory: JudgedMemory,
  queries: readonly AnalyzedQuery[],
  forgottenOf: (query: AnalyzedQuery) => Forgotten,
): number {
  const sum = queries.reduce(
    (total, query) => total + (memory.recall(query, forgottenOf(query))[0]?.similarity ?? 0),
    0,
  )
  return sum / Math.max(1, queries.length)
}

function trainOn(
  judged: readonly JudgedQuery[],
  { arms, features }: Sight,
  counts: CountChoice | undefined,
  retriever: Retriever,
  { index, knobs, seed, now, effort = 'full', onProgress = silent, signal }: RankJudgedInput,
) {
  const counted = countedArms(arms, counts)
  const { rows, clusters } = trainingRows(judged, {
    index,
    features,
    unionOf: ({ query, docs }) =>
      counts === undefined
        ? retriever.describe(query, counted, docs)
        : retriever.union(query, counted),
    unjudged: counts === undefined ? 0 : unjudgedShare(judged, knobs),
    most: readKnob(trainingRowsKnob, knobs),
    now,
    seed,
    onQuery: (done, total) => {
      throwIfStopped(signal)
      onProgress({ step: 'describe judged products', done, total })
    },
  })
  const fallbacks = arms.map(({ name }) => `arms:${name}-score`)
  const trained = trainRanker(rows, {
    fallbacks,
    clusters,
    seed,
    effort,
    onProgress,
    ...(signal === undefined ? {} : { signal }),
  })
  return { ...trained, queries: rows.groups.length }
}

/** Unjudged documents a query: all that the rows have room for, and no fewer than the knob says. */
function unjudgedShare(judged: readonly JudgedQuery[], knobs: KnobSettings | undefined): number {
  const judgments = judged.reduce((sum, { docs }) => sum + docs.length, 0)
  const room = readKnob(trainingRowsKnob, knobs) - judgments
  return Math.max(readKnob(unjudgedKnob, knobs), Math.floor(room / judged.length))
}

function countedArms(arms: readonly Arm[], counts: CountChoice | undefined): readonly CountedArm[] {
  return arms.map((arm, a) => ({ arm, count: counts === undefined ? 1 : counts.arms[a]!.count }))
}

/** Numbers of the products that the catalogue has, each once, rising by id. */
function docsOf(index: SearchIndex, ids: readonly string[]): Int32Array {
  const docs = [...new Set(ids)].sort().map((id) => index.docOf(id))
  return Int32Array.from(docs.filter((doc) => doc >= 0))
}

function rankedRows(
  index: SearchIndex,
  queryId: string,
  docs: Int32Array,
  scores: Float64Array,
  k: number,
): readonly RankedRow[] {
  const ids = Array.from(docs, (doc) => index.idOf(doc) ?? '')
  return [...orderByScore(ids, scores)]
    .slice(0, k)
    .map((place, i) => ({ queryId, docId: ids[place]!, rank: i + 1, score: scores[place]! }))
}
