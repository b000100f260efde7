import type { KnobSettings } from '../../core/knobs.ts'
import { readKnob } from '../../core/knobs.ts'
import { type OnProgress, silent, throwIfStopped } from '../../core/progress.ts'
import { createSeenProducts, type SeenProducts } from '../arms/door.ts'
import type { Field, Product } from '../catalogue/product.ts'
import type { PastSearch } from '../feedback/events.ts'
import { createIndex } from '../index/door.ts'
import type { SearchIndex } from '../index/types.ts'
import {
  buildExpansion,
  createMemory,
  type Expansion,
  learnAskedParts,
  type MemoryAct,
  predictForNewProducts,
  type QueryMemory,
} from '../memory/door.ts'
import type { RankerVerdict, RankModel } from '../ranker/door.ts'
import {
  createSuggester,
  createUnderstanding,
  groupsOf,
  learnTogether,
  type Suggester,
  type Together,
  type Understanding,
} from '../understand/door.ts'
import {
  createVectorStore,
  encodeProducts,
  fillVectors,
  type LearnedVectors,
  learnVectors,
  type SearchVectors,
  type SentenceModel,
} from '../vectors/door.ts'
import { type Examination, learnExamination } from './examination.ts'
import { gradesOf, type QueryGrades } from './grades.ts'
import type { FeatureImportance } from './importance.ts'
import { recentShare, trainingQueries } from './knobs.ts'
import { trainOrder } from './order.ts'

/** How well a product answers a query, as a person judged it. */
export interface PersonalJudgment {
  readonly query: string
  readonly productId: string
  /** 0 … 4. */
  readonly grade: number
}

export interface TrainingInput {
  readonly fields: readonly Field[]
  readonly products: readonly Product[]
  /** Oldest first. */
  readonly past: readonly PastSearch[]
  readonly judgments?: readonly PersonalJudgment[]
  readonly languages?: readonly string[]
  /** Synonyms in the Solr format. */
  readonly synonyms?: string
  /** Epoch ms. */
  readonly now: number
  readonly seed: number
  readonly settings?: KnobSettings
  readonly threads?: number
  /** Makes the vectors in place of what would be learned; `before` spares what it made already. */
  readonly sentence?: { readonly model: SentenceModel; readonly before?: SearchVectors }
  readonly onProgress?: OnProgress
  readonly signal?: AbortSignal
}

/** What a store's search has learned; what is absent was not learned for want of data. */
export interface SearchModels {
  readonly index: SearchIndex
  readonly seen: SeenProducts
  readonly examination: Examination
  readonly memory: QueryMemory
  readonly predicted?: QueryMemory
  readonly expansion?: Expansion
  readonly vectors?: SearchVectors
  readonly understanding?: Understanding
  readonly suggester: Suggester
  readonly together?: Together
  readonly ranker?: RankModel
}

/** What the training found, for people. */
export interface TrainingReport {
  readonly products: number
  readonly searches: number
  /** Query texts with enough clicks to learn an order from. */
  readonly queries: number
  readonly examinationLearned: boolean
  readonly vectors?: Pick<LearnedVectors, 'chosen' | 'recall' | 'judged'>
  readonly ranker?: RankerVerdict
  /** What the order looks at, largest first. */
  readonly importance?: readonly FeatureImportance[]
}

export interface TrainedSearch {
  readonly models: SearchModels
  readonly report: TrainingReport
}

/**
 * Learns a store's search from its products and its log: index, examination, memory, vectors,
 * predicted queries and the order. Memory and vectors that the order looks at while it is trained
 * know only searches older than those it is trained on; what serves afterwards knows all. Same input,
 * same models. Throws ERR_CANCELLED once the signal is aborted.
 */
export async function trainSearch(input: TrainingInput): Promise<TrainedSearch> {
  const { products, past, settings = {}, onProgress = silent, signal, now } = input
  onProgress({ step: 'index products', done: 0, total: 1 })
  const index = buildIndex(input)
  const seen = createSeenProducts()
  seen.saw(
    products.map(({ id }) => id),
    now,
  )
  const textOf = textReader(index)
  const examination = learnExamination(past)
  throwIfStopped(signal)
  const cut = Math.floor(past.length * (1 - readKnob(recentShare, settings)))
  const [older, newer] = [past.slice(0, cut), past.slice(cut)]
  const remembered = (searches: readonly PastSearch[]) =>
    rememberAll(index, searches, examination, settings)
  const early = remembered(older)
  const understanding = createUnderstanding(index, settings)
  teach(understanding, index, older)
  const vectors = await vectorsOf(input, gradesOf(older, examination.byRank, textOf, settings))
  throwIfStopped(signal)
  const grades = gradesOf(newer, examination.byRank, textOf, settings)
  await prepareQueries(input, vectors, grades, textOf)
  const together = learnTogether(groupsOf(older.flatMap(({ events }) => events)))
  const sources = { index, seen, understanding, together, settings, ...vectorParts(vectors) }
  const order = await trainOrder({
    ...input,
    grades,
    sources: { ...sources, memory: early, expansion: buildExpansion(early, now) },
  })
  const memory = remembered(past)
  teach(understanding, index, newer)
  const predicted = predictedOf(input, index, memory)
  return {
    models: {
      index,
      seen,
      examination,
      memory,
      predicted,
      expansion: buildExpansion(memory, now),
      understanding,
      together: learnTogether(groupsOf(past.flatMap(({ events }) => events))),
      suggester: createSuggester(index, countQueries(past, textOf), settings),
      ...vectorParts(vectors),
      ...(order === undefined ? {} : { ranker: order.model }),
    },
    report: {
      products: index.size,
      searches: past.length,
      queries: grades.length,
      examinationLearned: examination.learned,
      ...(vectors?.learned === undefined ? {} : { vectors: vectors.learned }),
      ...(order === undefined ? {} : { ranker: order.verdict, importance: order.importance }),
    },
  }
}

/** An index of the products and nothing learned: what search starts with. */
export function untrainedSearch(
  input: Pick<TrainingInput, 'fields' | 'products' | 'languages' | 'synonyms' | 'settings' | 'now'>,
): SearchModels {
  const seen = createSeenProducts()
  seen.saw(
    input.products.map(({ id }) => id),
    input.now,
  )
  const settings = input.settings ?? {}
  const index = buildIndex(input)
  return {
    index,
    understanding: createUnderstanding(index, settings),
    seen,
    examination: learnExamination([]),
    memory: createMemory({ settings }),
    suggester: createSuggester(index, [], settings),
  }
}

/** How often each query was asked, of those that found something. */
function countQueries(past: readonly PastSearch[], textOf: (raw: string) => string) {
  const counts = new Map<string, number>()
  for (const { record, events } of past) {
    // A query that led to nothing is no good suggestion.
    if (events.length === 0) continue
    const text = textOf(record.raw)
    counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  return [...counts].map(([text, count]) => ({ text, count }))
}

function buildIndex({
  fields,
  products,
  languages,
  synonyms,
  settings = {},
}: Pick<
  TrainingInput,
  'fields' | 'products' | 'languages' | 'synonyms' | 'settings'
>): SearchIndex {
  const index = createIndex(fields, {
    settings,
    ...(languages === undefined ? {} : { languages }),
    ...(synonyms === undefined ? {} : { synonyms }),
  })
  index.add(products)
  return index
}

/** Normalizes queries as memory knows them; each text once. */
function textReader(index: SearchIndex): (raw: string) => string {
  const known = new Map<string, string>()
  return (raw) => {
    const text = known.get(raw) ?? index.analyze(raw).text
    known.set(raw, text)
    return text
  }
}

function rememberAll(
  index: SearchIndex,
  past: readonly PastSearch[],
  { byRank }: Examination,
  settings: KnobSettings,
): QueryMemory {
  const memory = createMemory({ settings, examination: byRank })
  const queries = new Map<string, MemoryAct['query']>()
  for (const { record, events } of past) {
    if (events.length === 0) continue
    const query = queries.get(record.raw) ?? index.analyze(record.raw)
    queries.set(record.raw, query)
    memory.observe(events.map((event) => ({ ...event, query })))
  }
  return memory
}

/** Teaches what queries mean by what was clicked after them; equal clicks are taught together. */
function teach(
  understanding: Understanding,
  index: SearchIndex,
  past: readonly PastSearch[],
): void {
  const clicks = new Map<string, Map<string, number>>()
  for (const { record, events } of past) {
    for (const { kind, productId } of events) {
      if (kind !== 'click') continue
      const own = clicks.get(record.raw) ?? new Map<string, number>()
      clicks.set(record.raw, own.set(productId, (own.get(productId) ?? 0) + 1))
    }
  }
  for (const [raw, products] of clicks) {
    const query = index.analyze(raw)
    for (const [productId, count] of products) understanding.learn(query, productId, count)
  }
}

interface MadeVectors {
  readonly vectors: SearchVectors
  /** How learning went; nothing is learned of a sentence model's. */
  readonly learned?: Pick<LearnedVectors, 'chosen' | 'recall' | 'judged'>
}

async function vectorsOf(
  input: TrainingInput,
  grades: readonly QueryGrades[],
): Promise<MadeVectors | undefined> {
  const { fields, products, seed, settings, threads, signal, onProgress = silent } = input
  if (products.length === 0) return undefined
  if (input.sentence !== undefined) {
    const { model, ...before } = input.sentence
    return { vectors: await encodeProducts(model, products, fields, { ...input, ...before }) }
  }
  const queries = grades.map(({ text, grades: byId }) => ({
    text,
    positives: [...byId.keys()],
    weights: [...byId.values()],
  }))
  const learned = await learnVectors(products, fields, queries, {
    seed,
    ...(settings === undefined ? {} : { settings }),
    ...(threads === undefined ? {} : { workers: threads }),
    ...(signal === undefined ? {} : { signal }),
    onProgress: (share) => onProgress({ step: 'learn vectors', done: share, total: 1 }),
  })
  const store = createVectorStore(learned.encoder.width, settings === undefined ? {} : { settings })
  fillVectors(store, learned.encoder, products, fields)
  const { chosen, recall, judged } = learned
  return {
    vectors: { kind: 'learned', encoder: learned.encoder, store },
    learned: { chosen, recall, judged },
  }
}

function vectorParts(made: MadeVectors | undefined) {
  return made === undefined ? {} : { vectors: made.vectors }
}

/** A sentence model reads the queries that the order is trained on ahead of the arms. */
async function prepareQueries(
  { judgments = [], settings = {} }: TrainingInput,
  made: MadeVectors | undefined,
  grades: readonly QueryGrades[],
  textOf: (raw: string) => string,
): Promise<void> {
  if (made?.vectors.kind !== 'sentence') return
  const most = readKnob(trainingQueries, settings)
  const judged = judgments.map(({ query }) => textOf(query))
  const texts = [...new Set([...judged, ...grades.map(({ text }) => text)])]
  await made.vectors.queries.prepare(texts.slice(0, most))
}

function predictedOf(
  { fields, products, now, settings = {} }: TrainingInput,
  index: SearchIndex,
  memory: QueryMemory,
): QueryMemory {
  const asked = learnAskedParts(memory, fields, (id) => index.productOf(index.docOf(id)))
  const analyze = (text: string) => index.analyze(text)
  return predictForNewProducts(memory, products, fields, asked, { settings, now, analyze })
}
