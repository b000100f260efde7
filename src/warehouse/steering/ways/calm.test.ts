import { expect, it } from 'vitest'
import { createCalm } from './calm.ts'

it('weighs the first statements, then ever fewer, and all again once one was stopped', () => {
  const calm = createCalm()
  const weighed: boolean[] = []
  for (let i = 0; i < 30; i++) {
    const limit = calm.unweighed()
    weighed.push(limit === undefined)
    if (limit === undefined) calm.ended(i === 1 ? 7 : 10)
    else expect(limit).toBe(7)
  }
  const places = weighed.flatMap((is, i) => (is ? [i] : []))
  expect(places).toEqual([0, 1, 2, 3, 4, 6, 9, 13, 18, 24])
  calm.broken()
  expect(calm.unweighed()).toBeUndefined()
  for (let i = 0; i < 4; i++) calm.ended(10)
  expect(calm.unweighed()).toBeUndefined()
})
