/**
 * Electronics with few judged queries: retrieved from all products and re-ranked, each query by a
 * model trained on the other clusters of queries.
 * node bench/search-icecat.ts [--data DIR] [--gain exponential|linear] [--tasks rerank,retrieve]
 */
import { argument, dataFolder } from './figure.ts'
import { icecat } from './search-judged/data.ts'
import { measureJudged } from './search-judged/measure.ts'
import { bestOf, oracleOf, printGain } from './search-judged/report.ts'

const SEED = 1
const gain = argument('gain', 'exponential') === 'linear' ? 'linear' : 'exponential'
const tasks = argument('tasks', 'rerank,retrieve').split(',')
const set = await icecat(dataFolder())
const shared = { folds: 5, measured: 5, queries: 1000, rows: 100_000, seed: SEED, gain } as const
const data = `${set.name}, ${gain} gains`

if (tasks.includes('rerank')) {
  const measured = measureJudged(set, { ...shared, task: 'rerank' })
  for (const note of measured.notes) console.error(note)
  const oracle = `; best arm of each query, known afterwards, ${oracleOf(measured.others, 'ndcg').toFixed(3)}`
  printGain(
    measured,
    bestOf(measured.others, 'ndcg'),
    'ndcg',
    {
      figure: 'search-icecat/re-rank judged',
      data,
      seed: SEED,
      target: '≥ 0.89, and not below the best fixed arm',
      isMet: (ours, _, gained) => ours >= 0.89 && gained >= 0,
    },
    oracle,
  )
}
if (tasks.includes('retrieve')) {
  const measured = measureJudged(set, { ...shared, task: 'retrieve' })
  for (const note of measured.notes) console.error(note)
  const oracle = `; best arm of each query, known afterwards, ${oracleOf(measured.others, 'ndcg').toFixed(3)}`
  printGain(
    measured,
    bestOf(measured.others, 'ndcg'),
    'ndcg',
    {
      figure: 'search-icecat/retrieve from all',
      data,
      seed: SEED,
      target: 'not below the best fixed arm',
      isMet: (_, __, gained) => gained >= 0,
    },
    oracle,
  )
}
