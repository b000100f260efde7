import { describe, expect, it } from 'vitest'
import { describeArm } from '../arms/testing/arm.contract.ts'
import type { FeedbackEvent } from '../feedback/events.ts'
import { createIndex } from '../index/door.ts'
import { relatedArm } from './related-arm.ts'
import { findSeries } from './series.ts'
import { structuredArm } from './structured-arm.ts'
import { groupsOf, learnTogether, togetherFromFacts } from './together.ts'
import { createUnderstanding } from './understanding.ts'

const index = createIndex([
  { name: 'title', role: 'title' },
  { name: 'brand', role: 'brand' },
  { name: 'sold', role: 'popularity' },
])
index.add([
  ...['dv4', 'dv6', 'dv7', 'g6'].map((model, i) => ({
    id: `pavilion-${model}`,
    values: { title: `HP Pavilion ${model} laptop`, brand: 'HP', sold: i },
  })),
  ...['one', 'two', 'three', 'four', 'five'].map((model, i) => ({
    id: `spectre-${model}`,
    values: { title: `HP Spectre ${model} laptop`, brand: 'HP', sold: 10 * i },
  })),
  ...['a', 'b', 'c'].map((model) => ({
    id: `sleeve-${model}`,
    values: { title: `Targus Sleeve ${model}`, brand: 'Targus', sold: 1 },
  })),
])

const act = (kind: FeedbackEvent['kind'], sessionId: string, productId: string): FeedbackEvent => {
  return { kind, sessionId, productId, queryId: `q-${sessionId}`, at: 0 }
}
const EVENTS: FeedbackEvent[] = Array.from({ length: 20 }, (_, i) => [
  act('purchase', `s${i}`, 'pavilion-dv7'),
  act('purchase', `s${i}`, i < 15 ? 'sleeve-a' : 'sleeve-b'),
  act('view', `s${i}`, 'spectre-one'),
]).flat()

describe('learnTogether', () => {
  it('knows what goes together, the surer first, and views for nothing', () => {
    const together = learnTogether(groupsOf(EVENTS))
    const found = together.of('pavilion-dv7')
    expect(found.map(({ productId }) => productId)).toEqual(['sleeve-a', 'sleeve-b'])
    // 15 joint purchases of weight 3: 45 / √(60 · 45) · 45 / 49.
    expect(found[0]!.score).toBeCloseTo((45 / Math.sqrt(60 * 45)) * (45 / 49), 10)
    expect(together.of('spectre-one')).toEqual([])
    const again = togetherFromFacts(JSON.parse(JSON.stringify(together.toFacts())))
    expect(again.of('sleeve-b')).toEqual(together.of('sleeve-b'))
  })
})

describe('findSeries', () => {
  it('reads series off titles', () => {
    const { names, members } = findSeries(index)
    expect(names).toEqual(['HP pavilion'])
    expect(members[0]).toHaveLength(4)
  })
})

describe('relatedArm', () => {
  it('brings accessories, then the series, then the brand; not what was named', () => {
    const arm = relatedArm(index, learnTogether(groupsOf(EVENTS)))
    const query = index.analyze('pavilion dv7')
    const { docs } = arm.retrieve({ query, count: 12, now: 0, seed: 1 })
    const ids = Array.from(docs, (doc) => index.idOf(doc))
    expect(ids.slice(0, 5)).toEqual([
      'sleeve-a',
      'sleeve-b',
      'pavilion-g6',
      'pavilion-dv6',
      'pavilion-dv4',
    ])
    expect(ids[5]).toBe('spectre-five')
    expect(ids).not.toContain('pavilion-dv7')
    expect(
      arm.retrieve({ query: index.analyze('zzzz'), count: 5, now: 0, seed: 1 }).docs,
    ).toHaveLength(0)
  })
})

describeArm('related', { create: (one) => relatedArm(one, learnTogether([])) })
describeArm('structured', {
  create: (one) => {
    const understanding = createUnderstanding(one)
    const arm = structuredArm(one, understanding.slotDocs)
    return {
      ...arm,
      retrieve: (request) => {
        const interpretations = understanding.read(request.query)
        return arm.retrieve({ ...request, query: { ...request.query, interpretations } })
      },
    }
  },
})
