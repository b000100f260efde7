import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import type { FeedbackEvent, SearchRecord } from '../feedback/events.ts'
import { learnedPolicy, staticPolicy } from '../policy/door.ts'
import { offers, requestOf } from '../policy/testing/requests.ts'
import { chanceOf, playStore, recordOf } from '../policy/testing/small-store.ts'
import { type ReplayedPolicy, replayedPolicy, replayLog } from './replay.ts'

const A = [{ arm: 'text', count: 10 }]
const B = [{ arm: 'vectors', count: 10 }]

/** Text earns 0.4, vectors 0.7; the log chose vectors with probability 0.3. */
function simulated(searches: number, seed: number) {
  const random = createRandom(seed)
  const records: SearchRecord[] = []
  const events: FeedbackEvent[] = []
  for (let i = 0; i < searches; i++) {
    const isB = random.next() < 0.3
    const shares = isB ? B : A
    const queryId = `q${i}`
    records.push({
      queryId,
      raw: 'tv',
      text: 'tv',
      at: i,
      sessionId: `s${i >> 1}`,
      shown: ['x'],
      broughtBy: [[0]],
      shares,
      choice: isB ? 'vectors:10' : 'default',
      propensity: isB ? 0.3 : 0.7,
      version: 1,
    })
    if (random.next() < (isB ? 0.7 : 0.4))
      events.push({ kind: 'purchase', queryId, productId: 'x', at: i })
  }
  return { records, events }
}

const always = (shares: typeof A): ReplayedPolicy => ({
  name: 'always',
  distribution: () => [{ choice: 'renamed', shares, probability: 1 }],
})

describe('replay', () => {
  it('finds what a policy would have earned that the log rarely followed', () => {
    const { records, events } = simulated(4000, 3)
    const { estimates, overlap, logged } = replayLog(records, events, always(B))
    expect(logged).toBeGreaterThan(0.45)
    expect(logged).toBeLessThan(0.53)
    for (const { value, interval } of estimates) {
      expect(Math.abs(value - 0.7)).toBeLessThan(0.06)
      expect(interval[0]).toBeLessThanOrEqual(value + 1e-9)
    }
    expect(overlap.isPoor).toBe(false)
    const robust = estimates.find(({ estimator }) => estimator === 'doubly-robust')!
    expect(robust.interval[0]).toBeLessThan(0.7)
    expect(robust.interval[1]).toBeGreaterThan(0.7)
  })

  it('warns of choices that the log never made', () => {
    const { records, events } = simulated(500, 4)
    const { overlap } = replayLog(records, events, always([{ arm: 'memory', count: 5 }]))
    expect(overlap.warnings.join(' ')).toContain('100 % of the policy')
  })

  it('gives the log’s own reward for the policy that made it, and judges the default from what was explored', () => {
    const policy = learnedPolicy('thompson', { 'search.policy-learn-first': 50 })
    const worth = (_: string, arm: string) => (arm === 'text' ? 0.5 : 0.1)
    playStore(policy, ['tv', 'shoes'], worth, 400)
    const random = createRandom(8)
    const records: SearchRecord[] = []
    const events: FeedbackEvent[] = []
    for (let t = 0; t < 1500; t++) {
      const request = requestOf(t % 2 === 0 ? 'tv' : 'shoes', t, 400 * 60_000)
      const choice = policy.choose(request)
      records.push(recordOf(request.query.text, `q${t}`, request.now, choice))
      if (random.next() < chanceOf('tv', choice, worth)) {
        events.push({ kind: 'purchase', queryId: `q${t}`, productId: choice.shares[0]!.arm, at: 1 })
      }
    }
    const requestFor = (record: SearchRecord) => ({
      ...requestOf(record.text, Number(record.queryId.slice(1)), record.at),
      arms: offers,
      ...(record.seen === undefined ? {} : { seen: record.seen }),
    })
    const own = replayLog(records, events, replayedPolicy(policy, requestFor))
    expect(own.overlap.effectiveShare).toBeCloseTo(1, 6)
    expect(own.estimates[0]!.value).toBeCloseTo(own.logged, 9)
    const fallback = replayLog(records, events, replayedPolicy(staticPolicy(), requestFor))
    const [low, high] = fallback.estimates.find(({ estimator }) => estimator === 'snips')!.interval
    expect(low).toBeLessThan(0.35)
    expect(high).toBeGreaterThan(0.35)
  })

  it('refuses a log of one search', () => {
    const { records } = simulated(1, 1)
    expect(() => replayLog(records, [], always(A))).toThrow('replay at least two')
  })
})
