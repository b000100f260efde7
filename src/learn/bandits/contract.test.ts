import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import {
  type Bandit,
  betaThompson,
  epsilonGreedy,
  fixedAction,
  linearThompson,
  linUcb,
  loadBandit,
  logisticThompson,
  type Situation,
} from './index.ts'

const DIMENSION = 5
const ACTIONS = 4
const DAY = 86_400_000

interface Entry {
  readonly make: (halfLifeMs: number, floor?: number) => Bandit
  /** It learns which action is best from the features. */
  readonly learnsContext: boolean
  readonly learns: boolean
}

const entries: Readonly<Record<string, Entry>> = {
  'LinUCB, one model': {
    make: (halfLifeMs, floor = 0) => linUcb({ dimension: DIMENSION, halfLifeMs, floor }),
    learnsContext: true,
    learns: true,
  },
  'LinUCB, disjoint': {
    make: (halfLifeMs, floor = 0) =>
      linUcb({ dimension: DIMENSION, sharing: 'disjoint', halfLifeMs, floor }),
    learnsContext: true,
    learns: true,
  },
  'linear Thompson': {
    make: (halfLifeMs, floor = 0) => linearThompson({ dimension: DIMENSION, halfLifeMs, floor }),
    learnsContext: true,
    learns: true,
  },
  'linear Thompson, disjoint': {
    make: (halfLifeMs, floor = 0) =>
      linearThompson({ dimension: DIMENSION, sharing: 'disjoint', halfLifeMs, floor }),
    learnsContext: true,
    learns: true,
  },
  'logistic Thompson': {
    make: (halfLifeMs, floor = 0) => logisticThompson({ dimension: DIMENSION, halfLifeMs, floor }),
    learnsContext: true,
    learns: true,
  },
  'Beta-Bernoulli Thompson': {
    make: (halfLifeMs, floor = 0) => betaThompson({ dimension: DIMENSION, halfLifeMs, floor }),
    learnsContext: false,
    learns: true,
  },
  'epsilon-greedy': {
    make: (halfLifeMs, floor = 0) => epsilonGreedy({ dimension: DIMENSION, halfLifeMs, floor }),
    learnsContext: true,
    learns: true,
  },
  fixed: {
    make: (_, floor = 0) => fixedAction({ dimension: DIMENSION, action: 2, floor }),
    learnsContext: false,
    learns: false,
  },
}

/** Features that differ by action and context: a constant and four normals. */
function situationOf(seed: number): Situation {
  const random = createRandom(seed)
  const features = Float64Array.from({ length: ACTIONS * DIMENSION }, (_, i) =>
    i % DIMENSION === 0 ? 1 : random.normal(),
  )
  return { actions: Int32Array.of(0, 1, 2, 3), features }
}

const BASE = [0.2, 0.5, 0.35, 0.3]
/** Chance of a click: action 1 is best on average, the second feature moves each. */
function chance(situation: Situation, place: number): number {
  const x = situation.features[place * DIMENSION + 1]!
  return Math.min(1, Math.max(0, BASE[place]! + 0.25 * x))
}

function play(bandit: Bandit, rounds: number, from = 0): { clicks: number; first: number } {
  const random = createRandom(`clicks ${from}`)
  let clicks = 0
  let first = 0
  for (let t = from; t < from + rounds; t++) {
    const situation = situationOf(t)
    const { place, action } = bandit.choose(situation, t)
    const reward = random.next() < chance(situation, place) ? 1 : 0
    clicks += chance(situation, place)
    if (action === 1) first++
    const features = situation.features.slice(place * DIMENSION, (place + 1) * DIMENSION)
    bandit.update({ action, features, reward, at: t * 1000 })
  }
  return { clicks: clicks / rounds, first: first / rounds }
}

describe.each(Object.entries(entries))('%s', (_, { make, learnsContext, learns }) => {
  it('draws from probabilities that sum to 1, and says with which one', () => {
    const bandit = make(Infinity)
    play(bandit, 40)
    const counts = new Float64Array(ACTIONS)
    const situation = situationOf(77)
    for (let seed = 0; seed < 60; seed++) {
      const { place, action, propensity, probabilities } = bandit.choose(situation, seed)
      expect(probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9)
      expect(propensity).toBe(probabilities[place])
      expect(propensity).toBeGreaterThan(0)
      expect(action).toBe(situation.actions[place])
      expect(bandit.probabilities(situation, seed)).toEqual(probabilities)
      counts[place]!++
    }
    const { probabilities } = bandit.choose(situation, 1)
    counts.forEach((count, place) => {
      expect(Math.abs(count / 60 - probabilities[place]!)).toBeLessThan(0.3)
    })
  })

  it('gives the same for the same history and seed, also after being saved', () => {
    const [a, b] = [make(10 * DAY), make(10 * DAY)]
    play(a, 60)
    play(b, 60)
    const loaded = loadBandit(a.save())
    expect(loaded.name).toBe(a.name)
    expect(loaded.save()).toEqual(a.save())
    expect(play(b, 60, 60)).toEqual(play(loaded, 60, 60))
    expect(loaded.save()).toEqual(b.save())
  })

  it('keeps every action within reach of a floor', () => {
    const bandit = make(Infinity, 0.2)
    play(bandit, 100)
    for (const p of bandit.probabilities(situationOf(5), 1)) {
      expect(p).toBeGreaterThanOrEqual(0.05)
    }
  })

  if (learns)
    it('learns which action pays', () => {
      const bandit = make(Infinity)
      play(bandit, 1200)
      const { clicks } = play(bandit, 300, 5000)
      // The best action without looking earns 0.5, with the features about 0.68.
      expect(clicks).toBeGreaterThan(learnsContext ? 0.55 : 0.44)
      const means = bandit.estimate(situationOf(1)).means
      expect(means.length).toBe(ACTIONS)
    })

  if (learns)
    it('forgets: long after, it is as unsure as at first', () => {
      const bandit = make(DAY)
      play(bandit, 200)
      const before = bandit.estimate(situationOf(3)).deviations
      bandit.forget(400 * DAY)
      const after = bandit.estimate(situationOf(3)).deviations
      const fresh = make(DAY).estimate(situationOf(3)).deviations
      after.forEach((deviation, i) => {
        expect(deviation).toBeGreaterThan(before[i]!)
        expect(deviation / fresh[i]!).toBeCloseTo(1, 1)
      })
    })

  it('refuses what is not a situation', () => {
    const bandit = make(Infinity)
    const none = { actions: new Int32Array(0), features: new Float64Array(0) }
    expect(() => bandit.choose(none, 1)).toThrow('without actions')
    const short = { actions: Int32Array.of(0, 1), features: new Float64Array(3) }
    expect(() => bandit.choose(short, 1)).toThrow('3 features')
    const features = new Float64Array(DIMENSION).fill(Number.NaN)
    expect(() => bandit.choose({ actions: Int32Array.of(0), features }, 1)).toThrow('NaN')
  })

  if (learns)
    it('refuses outcomes that are not finite', () => {
      const features = new Float64Array(DIMENSION).fill(1)
      const outcome = { action: 0, features, reward: Number.NaN, at: 0 }
      expect(() => make(Infinity).update(outcome)).toThrow(/NaN/)
    })

  it('takes one action where one is offered', () => {
    const one = { actions: Int32Array.of(3), features: new Float64Array(DIMENSION).fill(1) }
    expect(make(Infinity).choose(one, 9)).toMatchObject({ place: 0, action: 3 })
  })
})

describe('saved bandits', () => {
  it('are refused when damaged', () => {
    const bytes = linUcb({ dimension: 3 }).save()
    bytes[bytes.length - 1]! ^= 1
    expect(() => loadBandit(bytes)).toThrow('checksum')
    expect(() => loadBandit(bytes.subarray(0, 4))).toThrow('do not begin')
    expect(() => loadBandit(new Uint8Array(0))).toThrow('do not begin')
  })
})
