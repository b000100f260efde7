import { createStoreEngine } from '../../src/search/engine/door.ts'
import { matchesOf } from '../../src/search/engine/matches.ts'
import { createIndex } from '../../src/search/index/door.ts'
import { trainSearch } from '../../src/search/learning/door.ts'
import { learnedPolicy } from '../../src/search/policy/door.ts'
import { cpuSeconds, dataFolder, meanInterval, printFigure, rounded } from '../figure.ts'
import { madeUpLog, readRetrotech } from './retrotech.ts'

const ROUNDS = 6
const SEARCHES = 6000

/** The whole pipeline: read, understand, choose arms, join, describe, rank, arrange, count matches. */
export async function measurePipeline(): Promise<void> {
  const { catalogue, queries } = await readRetrotech(dataFolder())
  const { fields, products } = catalogue
  const index = createIndex(fields)
  index.add(products)
  const data = `retrotech, ${products.length} products, ${queries.length} queries, made-up log of ${SEARCHES}`
  const began = process.cpuUsage()
  const { models, report } = await trainSearch({
    fields,
    products,
    past: madeUpLog(index, queries, SEARCHES),
    now: SEARCHES * 1000,
    seed: 1,
    threads: 1,
  })
  printFigure({
    figure: 'search-speed, training of all models',
    value: rounded(cpuSeconds(began)),
    unit: 'CPU s',
    data: `${data}, order from ${report.queries} queries`,
  })
  const policy = learnedPolicy('thompson')
  const engine = createStoreEngine(models, { policy })
  const best = new Float64Array(queries.length).fill(Infinity)
  const rates: number[] = []
  let candidates = 0
  for (let round = 0; round <= ROUNDS; round++) {
    const from = process.cpuUsage()
    queries.forEach((text, i) => {
      const at = performance.now()
      const answer = engine.search({ text, from: 0, size: 24, now: SEARCHES * 1000, seed: i })
      matchesOf(models.index, answer)
      best[i] = Math.min(best[i]!, performance.now() - at)
      candidates += answer.candidates.length
    })
    rates.push(queries.length / cpuSeconds(from))
  }
  const { mean, interval } = meanInterval(rates.slice(1))
  printFigure({
    figure: 'search-speed, whole pipeline, one core',
    value: rounded(mean),
    unit: 'queries/s',
    interval: [rounded(interval[0]), rounded(interval[1])],
    target: '≥ 500',
    met: mean >= 500,
    data: `${data}, ${rounded(candidates / queries.length / (ROUNDS + 1))} candidates ranked a query`,
  })
  const p99 = best.sort()[Math.floor(queries.length * 0.99)]!
  printFigure({
    figure: 'search-speed, whole pipeline, 99 % of queries within',
    value: rounded(p99),
    unit: 'ms',
    target: '≤ 10',
    met: p99 <= 10,
    data,
  })
}
