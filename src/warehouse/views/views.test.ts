import { expect, test } from 'vitest'
import { runPairs } from './testing/run-pairs.ts'

// STOREWRIGHT_PAIRS=10000 runs as many as were run before this was published.
const wanted = Number(process.env['STOREWRIGHT_PAIRS'] ?? 500)
const seed = Number(process.env['STOREWRIGHT_SEED'] ?? 1)

test('answers from views are those of the tables, over random stores, statements, views and changes', {
  timeout: 3_600_000,
}, async () => {
  const pairs = await runPairs(wanted, seed)
  if (pairs.different.length > 0)
    console.log(pairs.different.length, JSON.stringify(pairs.different.slice(0, 3)))
  expect(pairs.different).toEqual([])
  expect(pairs.stale).toBe(0)
  expect(pairs.failedViews).toEqual([])
  // STOREWRIGHT_PAIRS tells how many of each kind there were.
  if (wanted > 1000) console.log(JSON.stringify(pairs))
  expect(pairs.unions).toBeGreaterThan(wanted / 100)
  expect(pairs.overGrids).toBeGreaterThan(wanted / 50)
  expect(pairs.compared).toBeGreaterThanOrEqual(wanted)
})
