import type { SearchNote } from './step.ts'

/** What a training found, in words. */
export function describeSearchNote({ report }: SearchNote): string {
  const { searches, queries, ranker } = report
  const learned = `Learned from ${searches.toLocaleString('en')} searches, the order from ${queries.toLocaleString('en')} queries with clicks.`
  if (ranker === undefined) return `${learned} Too few clicks to learn an order from.`
  if (ranker.isFallback) return `${learned} No learned order was better than the best single one.`
  const gain = ranker.ndcg.chosen - ranker.ndcg.fallback
  return `${learned} On queries left out the order is ${gain.toFixed(3)} nDCG better (${ranker.gain.low.toFixed(3)} to ${ranker.gain.high.toFixed(3)}).`
}
