import { describe, expect, it } from 'vitest'
import type { Answer, AnswerValue } from '../../core/sql/answer.ts'
import { compareAnswers } from './compare.ts'

const answer = (rows: readonly (readonly AnswerValue[])[], types: readonly string[]): Answer => ({
  rowCount: rows.length,
  names: types.map((_, c) => `c${c}`),
  types,
  columns: types.map((_, c) => rows.map((row) => row[c]!)),
})
const INTS = ['INTEGER', 'INTEGER']

describe('compareAnswers', () => {
  it('ignores the order of rows unless the statement orders them', () => {
    const a = answer(
      [
        [1, 2],
        [3, 4],
      ],
      INTS,
    )
    const b = answer(
      [
        [3, 4],
        [1, 2],
      ],
      INTS,
    )
    expect(compareAnswers('SELECT * FROM t', a, b)).toBe('same')
    expect(compareAnswers('SELECT * FROM (SELECT * FROM t ORDER BY c0)', a, b)).toBe('same')
    expect(compareAnswers('SELECT * FROM t ORDER BY c0', a, b)).toBe('different')
  })
  it('lets rows of one key stand in any order', () => {
    const a = answer(
      [
        [1, 2],
        [1, 4],
        [2, 0],
      ],
      INTS,
    )
    const b = answer(
      [
        [1, 4],
        [1, 2],
        [2, 0],
      ],
      INTS,
    )
    expect(compareAnswers('SELECT * FROM t ORDER BY "c0" DESC', a, b)).toBe('same')
    expect(compareAnswers('SELECT * FROM t ORDER BY c0, 2', a, b)).toBe('different')
  })
  it('tells what a limit cuts among equals from what differs', () => {
    const a = answer(
      [
        [9, 1],
        [7, 2],
      ],
      INTS,
    )
    const b = answer(
      [
        [9, 1],
        [7, 5],
      ],
      INTS,
    )
    expect(compareAnswers('SELECT * FROM t ORDER BY c0 DESC LIMIT 2', a, b)).toBe('tied')
    expect(compareAnswers('SELECT * FROM t ORDER BY c0 DESC', a, b)).toBe('different')
    const c = answer(
      [
        [9, 3],
        [8, 3],
        [7, 2],
      ],
      INTS,
    )
    const d = answer(
      [
        [9, 3],
        [8, 4],
        [7, 2],
      ],
      INTS,
    )
    expect(compareAnswers('SELECT * FROM t ORDER BY c0 DESC LIMIT 3', c, d)).toBe('different')
  })
  it('tolerates the last digits of sums of floats and of nothing else', () => {
    const types = ['VARCHAR', 'DOUBLE']
    const a = answer(
      [
        ['x', 0.1 + 0.2],
        ['y', 5.5],
      ],
      types,
    )
    const b = answer(
      [
        ['y', 5.5],
        ['x', 0.3],
      ],
      types,
    )
    expect(compareAnswers('SELECT k, sum(v) FROM t GROUP BY k', a, b)).toBe('tolerated')
    expect(compareAnswers('SELECT k, max(v) FROM t GROUP BY k', a, b)).toBe('different')
    const c = answer(
      [
        ['y', 5.5],
        ['x', 0.3001],
      ],
      types,
    )
    expect(compareAnswers('SELECT k, sum(v) FROM t GROUP BY k', a, c)).toBe('different')
  })
  it('tells types and names apart', () => {
    const a = answer([[1, 2]], INTS)
    expect(compareAnswers('SELECT 1', a, answer([[1, 2]], ['INTEGER', 'SMALLINT']))).toBe(
      'different',
    )
    expect(compareAnswers('SELECT 1', a, { ...a, names: ['c0', 'x'] })).toBe('different')
  })
})
