import { describe, expect, it } from 'vitest'
import { createRepetition } from './repetition.ts'

describe('createRepetition', () => {
  it('counts repeats, and those that a result cache would have answered', () => {
    const repetition = createRepetition(10)
    repetition.add('a = 1', true, ['t'], 4)
    repetition.add('a = 2', false, ['t'], 4)
    repetition.add('a = 1', false, ['t'], 2)
    repetition.changed('T')
    repetition.add('a = 1', false, ['t'], 2)
    repetition.add('a = 1', false, ['t'], 2)
    expect(repetition.report()).toEqual({
      ...{ statements: 5, templates: 1, byTemplate: 4, exact: 3, cacheable: 2 },
      ...{ cacheableCpuMs: 4, cacheableShare: 4 / 14 },
    })
    const on = createRepetition(10, repetition.save())
    expect(on.report()).toEqual(repetition.report())
  })

  it('remembers a bounded number of statements', () => {
    const repetition = createRepetition(3)
    for (const text of ['a', 'b', 'c', 'd', 'a', 'd']) repetition.add(text, false, [], 1)
    expect(repetition.report().exact).toBe(1)
  })
})
