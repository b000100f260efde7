import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { learnedPolicy } from './learned-policy.ts'
import { staticPolicy } from './static-policy.ts'
import { offers, requestOf } from './testing/requests.ts'
import { playStore, recordOf, type Worth } from './testing/small-store.ts'
import type { PolicyRequest, RetrievalPolicy } from './types.ts'

const fast = { 'search.policy-learn-first': 50, 'search.policy-draws': 32 }
const policies: Readonly<Record<string, (saved?: Uint8Array) => RetrievalPolicy>> = {
  static: () => staticPolicy(),
  thompson: (saved) => learnedPolicy('thompson', fast, saved),
  ucb: (saved) => learnedPolicy('ucb', fast, saved),
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
const queries = ['red shoes', 'blue shoes', 'tv']
/** Text finds shoes, memory finds televisions. */
const worth: Worth = (query, arm) =>
  query === 'tv' ? (arm === 'memory' ? 0.6 : 0.1) : arm === 'text' ? 0.5 : 0.1

describe.each(Object.entries(policies))('the %s policy', (_, make) => {
  it('answers the static default while nothing is learned', () => {
    const choice = make().choose(requestOf('red shoes'))
    expect(choice).toMatchObject({ choice: 'default', propensity: 1, explored: false })
    expect(choice.shares).toEqual(staticPolicy().choose(requestOf('red shoes')).shares)
    expect(choice.reasons.length).toBeGreaterThan(0)
  })

  it('chooses from its distribution, within the budget, the same for the same seed', () => {
    const policy = make()
    playStore(policy, queries, worth, 300)
    for (let seed = 0; seed < 30; seed++) {
      const request = requestOf('tv', seed, 300 * 60_000)
      const options = policy.distribution(request)
      const choice = policy.choose(request)
      expect(options.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9)
      const own = options.find(({ choice: name }) => name === choice.choice)!
      expect(choice.propensity).toBe(own.probability)
      expect(choice.shares).toEqual(own.shares)
      expect(choice.propensity).toBeGreaterThan(0)
      expect(choice.defaultPropensity).toBe(options[0]!.probability)
      expect(choice.shares.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(400)
      expect(policy.choose(request)).toEqual(choice)
    }
  })

  it('goes on from what it saved as if it had not been stopped', () => {
    const [a, b] = [make(), make()]
    playStore(a, queries, worth, 150)
    playStore(b, queries, worth, 150)
    const restored = make(a.save())
    expect(restored.save()).toEqual(a.save())
    expect(playStore(restored, queries, worth, 100, 150)).toEqual(
      playStore(b, queries, worth, 100, 150),
    )
    expect(restored.report()).toEqual(b.report())
  })

  it('bears any request and any record', () => {
    const policy = make()
    playStore(policy, queries, worth, 80)
    const number = fc.oneof(fc.double(), fc.constant(Number.NaN), fc.constant(Infinity))
    fc.assert(
      fc.property(fc.string(), number, number, fc.integer(), (raw, a, b, seed) => {
        const request: PolicyRequest = {
          ...requestOf(raw, seed, 80 * 60_000),
          signals: {
            frequency: a,
            categoryEntropy: b,
            probes: [{ arm: 'text', matches: a, gap: b }],
          },
        }
        const choice = policy.choose(request)
        expect(choice.shares.length).toBeGreaterThan(0)
        policy.learn(recordOf(raw, 'q', 80 * 60_000, choice), [
          { kind: 'click', queryId: 'q', productId: 'unknown', at: 0 },
          { kind: 'click', queryId: 'other', productId: 'text', at: 0 },
        ])
      }),
      { numRuns: 60 },
    )
    expect(policy.choose({ ...requestOf('tv'), arms: [] }).shares).toEqual([])
    expect(policy.choose({ ...requestOf('tv'), arms: [offers[0]!] }).shares.length).toBe(1)
  })

  it('reports in words', () => {
    const policy = make()
    playStore(policy, queries, worth, 120)
    const report = policy.report()
    expect(report.gain.interval[0]).toBeLessThanOrEqual(report.gain.mean)
    expect(report.exploredCap).toBeGreaterThanOrEqual(0)
  })
})

describe.each(['thompson', 'ucb'] as const)('learning by %s', (name) => {
  it('finds better combinations than the default, query by query', () => {
    const policy = learnedPolicy(name, { ...fast, 'search.policy-tolerance': 0.1 })
    const { chances, explored } = playStore(policy, queries, worth, 3500)
    // The default runs four arms: 0.35 for shoes, 0.45 for televisions.
    expect(mean(chances.slice(0, 50))).toBeLessThan(0.4)
    expect(mean(chances.slice(-500))).toBeGreaterThan(0.43)
    expect(explored).toBeGreaterThan(0.2)
    expect(['exploring', 'proven']).toContain(policy.report().state)
    expect(policy.report().gain.mean).toBeGreaterThan(0)
  })

  it('is switched off by a knob', () => {
    const policy = learnedPolicy(name, { ...fast, 'search.policy-explored-cap': 0 })
    expect(playStore(policy, queries, worth, 200).explored).toBe(0)
    expect(policy.report().notes.join()).toContain('switched off')
  })
})

describe('the guard', () => {
  /** Only all four arms together earn: everything else is worse than the default. */
  const trap: Worth = () => 0.6

  it('lets searches lose no more than is tolerated', () => {
    const policy = learnedPolicy('thompson', fast)
    const lost = playStore(
      policy,
      queries,
      (query, arm) => (arm === 'recent' ? 0.8 : trap(query, arm) * 0.2),
      2000,
    )
    // The default earns 0.65 a search; without `recent` it is 0.12 less its looks.
    const best = learnedDefault(0.65, lost.chances)
    expect(best).toBeLessThan(0.03 + 0.02)
  })

  it('sends a person’s retreat to the default, says so, and resumes', () => {
    const policy = learnedPolicy('thompson', fast)
    playStore(policy, queries, worth, 1000)
    policy.retreat(1000 * 60_000)
    expect(policy.report().state).toBe('retreated')
    expect(policy.report().notes[0]).toContain('retreated to the default')
    expect(policy.choose(requestOf('tv', 5, 1001 * 60_000))).toMatchObject({ propensity: 1 })
    policy.resume()
    expect(policy.report().state).not.toBe('retreated')
  })

  it('refuses bytes of something else', () => {
    expect(() => learnedPolicy('ucb', {}, new Uint8Array(20))).toThrow('cannot be read')
  })
})

/** Share of the default's reward that was lost. */
function learnedDefault(reward: number, chances: readonly number[]): number {
  return (reward - mean(chances)) / reward
}
