import { createSeenProducts } from '../../src/search/arms/door.ts'
import { createStoreEngine, matchesOf } from '../../src/search/engine/door.ts'
import { openIndex } from '../../src/search/index/door.ts'
import { gradesOf, learnExamination, trainOrder } from '../../src/search/learning/door.ts'
import { buildExpansion, createMemory } from '../../src/search/memory/door.ts'
import { createSuggester, createUnderstanding } from '../../src/search/understand/door.ts'
import { cpuSeconds } from '../figure.ts'
import { madeUpLog } from '../search-speed/retrotech.ts'
import { madeQueries } from './made-products.ts'

const QUERIES = 500
const SEARCHES = 3000
const ROUNDS = 8
const NOW = SEARCHES * 1000

export interface ScaledPipeline {
  /** CPU seconds to learn what queries mean from the catalogue. */
  readonly understandingSeconds: number
  readonly queriesPerSecond: number
  readonly p99Ms: number
  readonly candidates: number
  readonly peakMib: number
}

/**
 * The pipeline on an index from a file: reading, understanding, all arms but vectors (which are measured
 * apart: search-arms), the order trained on a made-up log, counting of matches.
 */
export async function measureScaledPipeline(file: string, size: number): Promise<ScaledPipeline> {
  const index = await openIndex(file)
  const queries = madeQueries(size, QUERIES, 2)
  const began = process.cpuUsage()
  const understanding = createUnderstanding(index)
  const understandingSeconds = cpuSeconds(began)
  const past = madeUpLog(index, queries, SEARCHES)
  const examination = learnExamination(past)
  const memory = createMemory({ examination: examination.byRank })
  for (const { record, events } of past) {
    const query = index.analyze(record.raw)
    memory.observe(events.map((event) => ({ ...event, query })))
  }
  const seen = createSeenProducts()
  const expansion = buildExpansion(memory, NOW)
  const sources = { index, seen, understanding, memory, expansion }
  const textOf = (raw: string) => index.analyze(raw).text
  const grades = gradesOf(past, examination.byRank, textOf)
  const order = await trainOrder({ sources, grades, now: NOW, seed: 1 })
  const suggester = createSuggester(index, [])
  const models = { ...sources, examination, suggester, ...(order && { ranker: order.model }) }
  const engine = createStoreEngine(models)
  const best = new Float64Array(QUERIES).fill(Infinity)
  let candidates = 0
  let warm = 0
  for (let round = 0; round <= ROUNDS; round++) {
    const from = process.cpuUsage()
    queries.forEach((text, i) => {
      const at = performance.now()
      const answer = engine.search({ text, from: 0, size: 24, now: NOW, seed: i })
      matchesOf(index, answer)
      if (round > 0) best[i] = Math.min(best[i]!, performance.now() - at)
      candidates += answer.candidates.length / QUERIES / (ROUNDS + 1)
    })
    warm = cpuSeconds(from)
  }
  return {
    understandingSeconds,
    queriesPerSecond: QUERIES / warm,
    p99Ms: best.sort()[Math.floor(QUERIES * 0.99)]!,
    candidates,
    peakMib: process.resourceUsage().maxRSS / 1024,
  }
}
