import { expect, test } from 'vitest'
import type { RefreshOutcome, ViewRewriter, Waiting } from '../rewriter.ts'
import { createUpkeep } from './keeping.ts'

type WaitingFor = Omit<Waiting, 'actionId' | 'behindMs'> & { readonly behindMs?: number }

/** An upkeep over one view that waits, and whether it was refreshed. */
function waitingFor(waiting: WaitingFor, patience = 0.5) {
  const actionId = 'view'
  const outcome: RefreshOutcome = { actionId, refreshed: 'rebuilt', cpuMs: 80 }
  const refresh: ViewRewriter['refresh'] = async (isWanted = () => true) =>
    isWanted({ actionId, behindMs: 0, ...waiting }) ? [outcome] : []
  return createUpkeep({ refresh } as ViewRewriter, {
    scanMs: 20,
    buildMs: 100,
    patience,
    budget: { allows: () => true, spent: () => undefined },
  })
}

const refreshes = async (waiting: WaitingFor, isQuiet = false, patience = 0.5) =>
  (await waitingFor(waiting, patience).refresh(isQuiet)).length === 1

test('a view that was used and gets rows is refreshed at once, one that nobody uses is not', async () => {
  expect(await refreshes({ change: 'append', missed: 0, answered: 3 })).toBe(true)
  expect(await refreshes({ change: 'append', missed: 0, answered: 0 })).toBe(false)
  expect(await refreshes({ change: 'append', missed: 1, answered: 0 })).toBe(true)
})

test('a dear refresh waits until statements without the view have cost half of it', async () => {
  expect(await refreshes({ change: 'other', missed: 0, answered: 9 })).toBe(false)
  expect(await refreshes({ change: 'other', missed: 2, answered: 9 })).toBe(false)
  expect(await refreshes({ change: 'other', missed: 3, answered: 0 })).toBe(true)
})

test('rows behind an order are put into it when reading them has cost half of that', async () => {
  const unsorted = { change: 'unsorted', missed: 0, answered: 9 } as const
  expect(await refreshes({ ...unsorted, behindMs: 49 })).toBe(false)
  expect(await refreshes({ ...unsorted, behindMs: 50 })).toBe(true)
  expect(await refreshes({ ...unsorted, behindMs: 50 }, false, 1e6)).toBe(false)
})

test('in a quiet hour all that waits is refreshed, and with no patience at all nothing else', async () => {
  expect(await refreshes({ change: 'other', missed: 0, answered: 0 }, true)).toBe(true)
  expect(await refreshes({ change: 'append', missed: 99, answered: 99 }, false, 1e6)).toBe(false)
  expect(await refreshes({ change: 'append', missed: 0, answered: 0 }, true, 1e6)).toBe(true)
})

test('what refreshing took is known, and judges the next', async () => {
  const upkeep = waitingFor({ change: 'other', missed: 3, answered: 0 })
  await upkeep.refresh(false)
  await upkeep.refresh(false)
  expect(upkeep.of('view')).toBe(160)
  expect(upkeep.of('other')).toBe(0)
})
