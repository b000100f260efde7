import { expect, test } from 'vitest'
import { createVeto } from './veto.ts'

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
