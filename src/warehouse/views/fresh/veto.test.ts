import { expect, test } from 'vitest'
import type { ViewRewriter } from '../rewriter.ts'
import { createVeto } from './veto.ts'
import { vetoed } from './vetoed.ts'

const times = (count: number, work: () => boolean) =>
  Array.from({ length: count }, work).filter(Boolean).length

test('a view that is slower than the tables on a kind of statement answers it no more', () => {
  const veto = createVeto()
  for (let i = 0; i < 5; i++) veto.learn('kind', 100, undefined)
  expect(veto.mayServe('kind', 'view')).toBe(true)
  for (let i = 0; i < 3; i++) veto.learn('kind', 140, 'view')
  expect(times(64, () => veto.mayServe('kind', 'view'))).toBe(2)
  expect(veto.mayServe('other kind', 'view')).toBe(true)
  expect(veto.mayServe('kind', 'other view')).toBe(true)
})

test('a view that was slower once and is no longer answers again', () => {
  const veto = createVeto()
  for (let i = 0; i < 5; i++) veto.learn('kind', 100, undefined)
  for (let i = 0; i < 3; i++) veto.learn('kind', 140, 'view')
  for (let i = 0; i < 7; i++) veto.learn('kind', 20, 'view')
  expect(times(64, () => veto.mayServe('kind', 'view'))).toBe(64)
})

test('where it is not known what the tables take, some statements find out, dear ones alone', () => {
  const veto = createVeto()
  for (let i = 0; i < 3; i++) veto.learn('dear', 50, 'view')
  for (let i = 0; i < 3; i++) veto.learn('cheap', 1, 'view')
  expect(times(8, () => veto.mayServe('dear', 'view'))).toBe(6)
  expect(times(8, () => veto.mayServe('cheap', 'view'))).toBe(8)
})

test('a rewriter under a veto leaves statements that its view answers no sooner', () => {
  const statement = { sql: 'SELECT 1', template: { ...{ fingerprint: 'kind', sql: 'SELECT ?' } } }
  const known = statement as unknown as Parameters<ViewRewriter['rewrite']>[0]
  const always = { rewrite: () => ({ sql: 'SELECT 2', actionId: 'view' }) }
  const rewriter = vetoed(always as unknown as ViewRewriter, createVeto())
  const learn = (cpuMs: number, run: object) =>
    rewriter.learn?.(known as never, { cpuMs, ...run } as { cpuMs: number })
  expect(rewriter.rewrite(known)?.actionId).toBe('view')
  for (let i = 0; i < 5; i++) learn(100, {})
  for (let i = 0; i < 3; i++) learn(140, { actionId: 'view' })
  expect(times(64, () => rewriter.rewrite(known) !== undefined)).toBe(2)
})
