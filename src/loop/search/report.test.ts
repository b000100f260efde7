import { expect, it } from 'vitest'
import { createMemoryLedger } from '../../ledger/index.ts'
import { searchActed, searchAsked } from './events.ts'
import { type LoggedSearch, ownSearches } from './log.ts'
import { reportOf } from './report.ts'

const DAY = 86_400_000

function asked(queryId: string, text: string, at: number, shown: string[], total: number) {
  return searchAsked.of('search.asked', {
    queryId,
    raw: text,
    text,
    at,
    shown,
    broughtBy: shown.map((_, i) => (i === 0 ? [0, 1] : [1])),
    shares: [
      { arm: 'text', count: 10 },
      { arm: 'memory', count: 10 },
    ],
    choice: 'default',
    propensity: 1,
    version: 0,
    total,
  })
}

async function logOf(): Promise<LoggedSearch[]> {
  const ledger = createMemoryLedger({ clock: () => 0 })
  const act = { kind: 'click', sessionId: 's' } as const
  await ledger.append([
    asked('q1', 'mug', DAY, ['A', 'B'], 2),
    asked('q2', 'mugg', DAY + 1, [], 0),
    searchActed.of('search.acted', {
      ...act,
      queryId: 'q1',
      productId: 'B',
      position: 2,
      at: DAY + 5,
    }),
    searchActed.of('search.acted', { ...act, queryId: 'nobody', productId: 'B', at: DAY + 5 }),
    asked('q3', 'mug', 2 * DAY, ['A'], 1),
    searchActed.of('search.acted', {
      ...act,
      kind: 'purchase',
      queryId: 'q3',
      productId: 'A',
      at: 2 * DAY,
    }),
  ])
  return ownSearches(ledger)
}

it('joins searches with what followed them, and leaves out acts after unknown searches', async () => {
  const log = await logOf()
  expect(log.map(({ record, events }) => [record.queryId, events.length])).toEqual([
    ['q1', 1],
    ['q2', 0],
    ['q3', 1],
  ])
})

it('tells rates by day, queries without an answer, and what each arm brought', async () => {
  const report = reportOf(await logOf())
  expect(report.all).toMatchObject({ searches: 3, withClick: 1 / 3, withPurchase: 1 / 3 })
  expect(report.all.empty).toBeCloseTo(1 / 3)
  expect(report.all.reciprocalRank).toBeCloseTo(0.5 / 3)
  expect(report.days.map(({ day, searches }) => [day, searches])).toEqual([
    ['1970-01-02', 2],
    ['1970-01-03', 1],
  ])
  expect(report.unanswered.map(({ text }) => text)).toEqual(['mugg'])
  expect(report.frequent[0]).toMatchObject({
    text: 'mug',
    searches: 2,
    meanPosition: 2,
    results: 1.5,
  })
  const memory = report.arms.find(({ arm }) => arm === 'memory')!
  expect(memory).toMatchObject({ asked: 1, shown: 1, clicked: 1, alone: 1 })
  expect(report.arms.find(({ arm }) => arm === 'text')).toMatchObject({ clicked: 0, alone: 0 })
})

it('says nothing of nothing', () => {
  const report = reportOf([])
  expect(report.all.searches).toBe(0)
  expect(report.days).toEqual([])
  expect(report.arms).toEqual([])
})
