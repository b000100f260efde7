import { describe, expect, it } from 'vitest'
import type { FeedbackEvent, FeedbackKind, SearchRecord } from '../feedback/events.ts'
import { kindRewards, rewardOf } from './reward.ts'

const record: SearchRecord = {
  queryId: 'q1',
  raw: 'tv',
  text: 'tv',
  at: 0,
  shown: ['a', 'b', 'pinned'],
  broughtBy: [[0], [0, 2], []],
  shares: [
    { arm: 'text', count: 10 },
    { arm: 'vectors', count: 10 },
    { arm: 'memory', count: 5 },
  ],
  choice: 'default',
  propensity: 1,
  version: 1,
}

const act = (kind: FeedbackKind, productId: string, at = 1, queryId = 'q1'): FeedbackEvent => ({
  kind,
  queryId,
  productId,
  at,
})

describe('the reward of a search', () => {
  it('is that of the best act, shared among the arms that brought its product', () => {
    const events = [act('click', 'a'), act('purchase', 'b'), act('click', 'b', 9)]
    const { reward, productId, credits } = rewardOf(record, events, kindRewards())
    expect(reward).toBe(1)
    expect(productId).toBe('b')
    expect([...credits]).toEqual([0.5, 0, 0.5])
  })

  it('takes the latest of equal acts, and what knobs say', () => {
    const events = [act('click', 'b', 1), act('click', 'a', 5)]
    const kinds = kindRewards({ 'search.reward-click': 0.2 })
    expect(rewardOf(record, events, kinds)).toMatchObject({ reward: 0.2, productId: 'a' })
  })

  it('is nothing for views, other searches and no events; no arm has credit for a pinned product', () => {
    expect(rewardOf(record, [act('view', 'a')], kindRewards()).reward).toBe(0)
    expect(rewardOf(record, [act('click', 'a', 1, 'q2')], kindRewards()).reward).toBe(0)
    expect(rewardOf(record, [], kindRewards()).reward).toBe(0)
    const pinned = rewardOf(record, [act('click', 'pinned')], kindRewards())
    expect(pinned.reward).toBe(0.3)
    expect([...pinned.credits]).toEqual([0, 0, 0])
  })
})
