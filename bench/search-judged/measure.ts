import {
  arms as armsDoor,
  evaluate,
  judged,
  ranker,
  type SearchIndex,
} from '../../src/search/index.ts'
import type { BenchQuery, JudgedSet } from './data.ts'

export interface MeasureOptions {
  /** 'rerank': the judged documents; 'retrieve': of the whole catalogue. */
  readonly task: 'rerank' | 'retrieve'
  readonly folds: number
  /** Folds measured: the first so many. */
  readonly measured: number
  /** Queries measured in each fold at most. */
  readonly queries: number
  /** Rows to learn from at most. */
  readonly rows: number
  readonly seed: number
  readonly gain: evaluate.GainKind
}

/** Values by query of one way of ranking. */
export interface Way {
  readonly name: string
  readonly ndcg: number[]
  readonly recall: number[]
}

export interface Measured {
  readonly ours: Way
  /** The arms, each alone, and their static mix (reciprocal ranks). */
  readonly others: readonly Way[]
  /** Fold of each measured query, and its cluster. */
  readonly folds: readonly number[]
  readonly clusters: readonly number[]
  readonly notes: readonly string[]
}

/** Folds by clusters of query words: near-duplicates stand on one side. */
export function foldsOf({ index, queries }: JudgedSet, folds: number, seed: number) {
  const words = queries.map(({ query }) => index.analyze(query).terms.filter((term) => term !== ''))
  const clusters = judged.clusterQueries(words)
  return { clusters, fold: ranker.foldsByCluster(clusters, folds, seed) }
}

/** Trains on all folds but one and ranks the queries of that one, fold by fold. */
export function measureJudged(set: JudgedSet, options: MeasureOptions): Measured {
  const { index, queries } = set
  const { clusters, fold } = foldsOf(set, options.folds, options.seed)
  const arms = armsDoor.createTextArms(index)
  const way = (name: string): Way => ({ name, ndcg: [], recall: [] })
  const ours = way('ours')
  const others = [...arms.map(({ name }) => way(name)), way('static mix')]
  const [folds, ownClusters, notes]: [number[], number[], string[]] = [[], [], []]
  for (let f = 0; f < options.measured; f++) {
    const train = queries.filter((_, q) => fold[q] !== f)
    const all = [...queries.keys()].filter((q) => fold[q] === f)
    const every = Math.max(1, Math.ceil(all.length / options.queries))
    const held = all.filter((_, i) => i % every === 0)
    const result = rankFold(
      index,
      train,
      held.map((q) => queries[q]!),
      options,
    )
    const { verdict } = result
    notes.push(
      `fold ${f}: left-out nDCG in training ${verdict.ndcg.chosen.toFixed(4)}, ${verdict.setting} ${verdict.rounds} rounds, trees ${verdict.treeShare}`,
    )
    const runs = runsOf(result.rows)
    for (const q of held) {
      const query = queries[q]!
      add(ours, query, runs.get(query.id) ?? [], options.gain)
      const lists = arms.map((arm) => alone(index, arm, query, options.task))
      for (const [a, list] of lists.entries()) add(others[a]!, query, list, options.gain)
      add(others.at(-1)!, query, mixed(lists), options.gain)
      folds.push(f)
      ownClusters.push(clusters[q]!)
    }
  }
  return { ours, others, folds, clusters: ownClusters, notes }
}

function rankFold(
  index: SearchIndex,
  train: readonly BenchQuery[],
  held: readonly BenchQuery[],
  { task, rows, seed }: MeasureOptions,
) {
  return judged.rankJudged({
    index,
    judgments: train.flatMap(({ query, grades }) =>
      [...grades].map(([docId, grade]) => ({ query, docId, grade })),
    ),
    queries: held.map(({ id, query }) => ({ queryId: id, query })),
    ...(task === 'retrieve'
      ? {}
      : { candidates: new Map(held.map(({ id, grades }) => [id, [...grades.keys()]])) }),
    k: 100,
    seed,
    now: 0,
    knobs: { 'search.judged-training-rows': rows },
  })
}

function runsOf(rows: readonly judged.RankedRow[]): ReadonlyMap<string, readonly string[]> {
  const runs = new Map<string, string[]>()
  for (const { queryId, docId } of rows) {
    const own = runs.get(queryId) ?? []
    own.push(docId)
    runs.set(queryId, own)
  }
  return runs
}

/** What one arm alone says: of the catalogue, or of the judged documents, the others behind by id. */
function alone(
  index: SearchIndex,
  arm: ReturnType<typeof armsDoor.createTextArms>[number],
  { query, grades }: BenchQuery,
  task: MeasureOptions['task'],
): readonly string[] {
  const request = { query: index.analyze(query), now: 0, seed: 0 }
  if (task === 'retrieve') {
    return [...arm.retrieve({ ...request, count: 100 }).docs].map((doc) => index.idOf(doc)!)
  }
  const docs = [...grades.keys()].map((id) => index.docOf(id)).filter((doc) => doc >= 0)
  const words = new Uint32Array((index.capacity + 31) >> 5)
  for (const doc of docs) words[doc >> 5]! |= 1 << (doc & 31)
  const allowed = { words, count: docs.length }
  const found = [...arm.retrieve({ ...request, count: docs.length, allowed }).docs].map(
    (doc) => index.idOf(doc)!,
  )
  const rest = [...grades.keys()].filter((id) => !found.includes(id) && index.docOf(id) >= 0)
  return [...found, ...rest.sort()]
}

/** Reciprocal rank fusion of the lists (Cormack 2009). */
function mixed(lists: readonly (readonly string[])[]): readonly string[] {
  const sums = new Map<string, number>()
  for (const list of lists) {
    list.forEach((id, i) => {
      sums.set(id, (sums.get(id) ?? 0) + 1 / (61 + i))
    })
  }
  const ids = [...sums.keys()]
  return [
    ...evaluate.orderByScore(
      ids,
      ids.map((id) => sums.get(id)!),
    ),
  ].map((i) => ids[i]!)
}

function add(
  way: Way,
  { grades }: BenchQuery,
  ranked: readonly string[],
  gain: evaluate.GainKind,
): void {
  const ranking = { grades: ranked.map((id) => grades.get(id) ?? 0), judged: [...grades.values()] }
  way.ndcg.push(evaluate.ndcgAt(ranking, 10, gain))
  way.recall.push(evaluate.recallAt(ranking, 20))
}
