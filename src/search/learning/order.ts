import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { type OnProgress, silent, throwIfStopped } from '../../core/progress.ts'
import type { Union } from '../arms/arm.ts'
import { type ArmSources, STANDARD_ARMS, standardArms } from '../engine/standard-arms.ts'
import { type Brought, createJoiner } from '../engine/union.ts'
import type { SearchIndex } from '../index/types.ts'
import { clusterQueries } from '../judged/query-clusters.ts'
import type { AnalyzedQuery } from '../query/query.ts'
import {
  describeUnion,
  directionsOf,
  joinTables,
  type RankFeature,
  type RankRows,
  standardFeatures,
  type TrainedRanker,
  trainRanker,
} from '../ranker/door.ts'
import type { QueryGrades } from './grades.ts'
import { type FeatureImportance, importanceOf } from './importance.ts'
import { trainingCandidates, trainingQueries } from './knobs.ts'
import type { PersonalJudgment } from './train.ts'

export interface OrderInput {
  /** What arms are made from; memory and vectors must not know the searches behind the grades. */
  readonly sources: ArmSources
  /** Most searched first. */
  readonly grades: readonly QueryGrades[]
  readonly judgments?: readonly PersonalJudgment[]
  /** Epoch ms. */
  readonly now: number
  readonly seed: number
  readonly settings?: KnobSettings
  readonly onProgress?: OnProgress
  readonly signal?: AbortSignal
}

/** Fewer queries than this teach no order: reciprocal rank fusion stands. */
const FEWEST_QUERIES = 20

/** Columns that order documents by themselves; the best of them is what the model must beat. */
const FALLBACKS = ['arms:fusion', 'arms:text-sum-prior-score']

/** The features that a store's ranking looks at: what every arm said, and all that needs no labels. */
export function storeFeatures(): readonly RankFeature[] {
  return standardFeatures(STANDARD_ARMS)
}

/**
 * Trains the order of a store: for each graded query, what all arms bring, with what was clicked among
 * it. Judgments of people stand above what clicks say. Undefined where too few queries are graded.
 */
export async function trainOrder(input: OrderInput): Promise<TrainedOrder | undefined> {
  const { settings = {}, seed, onProgress = silent, signal, sources } = input
  const graded = withJudgments(input, sources.index).slice(0, readKnob(trainingQueries, settings))
  if (graded.length < FEWEST_QUERIES) return undefined
  const features = storeFeatures()
  const describe = describer(input, features)
  const described: Described[] = []
  graded.forEach((query, done) => {
    throwIfStopped(signal)
    if (done % 50 === 0) onProgress({ step: 'describe candidates', done, total: graded.length })
    const one = describe(query)
    if (one !== undefined) described.push(one)
  })
  if (described.length < FEWEST_QUERIES) return undefined
  const rows = rowsOf(described, features, sources.index)
  const words = described.map(({ query }) => query.terms.filter((term) => term !== ''))
  const trained = trainRanker(rows, {
    fallbacks: FALLBACKS,
    clusters: clusterQueries(words),
    folds: 3,
    effort: 'light',
    seed,
    onProgress,
    ...(signal === undefined ? {} : { signal }),
  })
  return { ...trained, importance: importanceOf(trained.model, rows, features) }
}

/** An order, how it came about, and what it looks at. */
export interface TrainedOrder extends TrainedRanker {
  readonly importance: readonly FeatureImportance[]
}

interface Described {
  readonly query: AnalyzedQuery
  readonly table: ReturnType<typeof describeUnion>
  readonly grades: Float64Array
}

type GradedQuery = Pick<QueryGrades, 'text' | 'grades'>

/** The graded queries; grades by people replace those by clicks, product by product. */
function withJudgments({ grades, judgments = [] }: OrderInput, index: SearchIndex): GradedQuery[] {
  const byText = new Map<string, Map<string, number>>()
  for (const { query, productId, grade } of judgments) {
    const text = index.analyze(query).text
    const own = byText.get(text) ?? new Map<string, number>()
    byText.set(text, own.set(productId, grade))
  }
  const judged = [...byText].map(([text, own]) => {
    const clicked = grades.find((one) => one.text === text)?.grades ?? new Map<string, number>()
    return { text, grades: new Map([...clicked, ...own]) }
  })
  return [...judged, ...grades.filter(({ text }) => !byText.has(text))]
}

/** What all arms bring to a query, described; undefined where nothing graded can be told apart. */
function describer(
  { sources, now, seed, settings = {} }: OrderInput,
  features: readonly RankFeature[],
): (query: GradedQuery) => Described | undefined {
  const { index } = sources
  const arms = standardArms(sources)
  const join = createJoiner()
  const most = readKnob(trainingCandidates, settings)
  return ({ text, grades }) => {
    const words = index.analyze(text)
    const interpretations = sources.understanding?.read(words) ?? []
    const query = { ...words, interpretations }
    const brought: Brought[] = arms.map(({ arm, defaultCount }) => ({
      name: arm.name,
      // Arms that the default leaves out are asked too: the policy may let them run.
      candidates: arm.retrieve({ query, count: Math.max(20, defaultCount), now, seed }),
    }))
    const union = join([...brought, gradedDocs(index, grades)], index.capacity)
    const kept = thinned({ ...union, arms: union.arms.slice(0, -1) }, index, grades, most)
    const own = Float64Array.from(kept.docs, (doc) => grades.get(index.idOf(doc) ?? '') ?? 0)
    if (kept.docs.length < 2 || own.every((grade) => grade === own[0])) return undefined
    return {
      query,
      table: describeUnion(features, { index, query, union: kept, now }),
      grades: own,
    }
  }
}

/** Graded products come in though no arm brings them: the model must know what they look like. */
function gradedDocs(index: SearchIndex, grades: ReadonlyMap<string, number>): Brought {
  const docs = [...grades.keys()].map((id) => index.docOf(id)).filter((doc) => doc >= 0)
  return {
    name: 'graded',
    candidates: { docs: Int32Array.from(docs), scores: new Float32Array(docs.length) },
  }
}

/** At most `most` documents: the graded ones, then those that arms rank highest. */
function thinned(
  union: Union,
  index: SearchIndex,
  grades: ReadonlyMap<string, number>,
  most: number,
): Union {
  const { docs, arms } = union
  if (docs.length <= most) return union
  const best = Float64Array.from(docs, (doc, i) => {
    if (grades.has(index.idOf(doc) ?? '')) return 0
    return arms.reduce((rank, { ranks }) => (ranks[i]! < rank ? ranks[i]! : rank), Infinity)
  })
  const places = Array.from(docs, (_, i) => i)
    .sort((a, b) => best[a]! - best[b]! || a - b)
    .slice(0, most)
    .sort((a, b) => a - b)
  const pick = (values: Float32Array) => Float32Array.from(places, (place) => values[place]!)
  return {
    docs: Int32Array.from(places, (place) => docs[place]!),
    arms: arms.map(({ name, scores, ranks }) => ({
      name,
      scores: pick(scores),
      ranks: pick(ranks),
    })),
  }
}

function rowsOf(
  described: readonly Described[],
  features: readonly RankFeature[],
  index: SearchIndex,
): RankRows {
  const { names } = described[0]!.table
  const table = joinTables(
    described.map((one) => one.table),
    names,
  )
  const grades = new Float64Array(table.rows)
  let at = 0
  for (const one of described) {
    grades.set(one.grades, at)
    at += one.grades.length
  }
  return {
    ...table,
    directions: directionsOf(features, index),
    groups: Int32Array.from(described, (one) => one.table.rows),
    grades,
  }
}
