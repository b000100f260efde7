import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../core/random/random.ts'
import { buildForecastNet, INPUTS, QUANTILES } from './forecast-net.ts'
import {
  type EncoderKind,
  type ForecastNetShape,
  type ForkPlan,
  receptiveField,
  spacedForks,
} from './shape.ts'

const SHAPE: ForecastNetShape = {
  encoder: 'conv',
  horizon: 3,
  levels: [0.1, 0.5, 0.9],
  pastWidth: 2,
  aheadWidth: 3,
  forkWidth: 2,
  categories: [],
  numbers: 0,
  memory: { slots: 4, width: 2, keys: 2 },
  dilations: [1, 2, 4, 8],
  filters: 5,
  staticUnits: 4,
  contextUnits: 8,
  decoderUnits: 8,
  horizonUnits: 2,
  sharedUnits: 3,
  summaryUnits: 1,
  dropout: 0,
  history: true,
}

const SAMPLES = 3
const widthOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)

/** A net of that plan whose inputs hold random numbers; the same seed gives the same parameters. */
function randomNet(shape: ForecastNetShape, plan: ForkPlan) {
  const options = { batch: SAMPLES, seed: 7, arithmetic: 'double' as const }
  const net = buildForecastNet(shape, plan, options)
  const random = createRandom('inputs')
  for (const name of Object.keys(net.graph.inputs)) {
    const into = net.input(name)
    for (let k = 0; k < into.length; k++) {
      into[k] = name === INPUTS.memoryMask ? random.int(2) : random.normal()
    }
  }
  return net
}

/** Quantiles of fork `f` of a net computed alone: the same inputs, cut to what that fork sees. */
function decodeAlone(shape: ForecastNetShape, plan: ForkPlan, f: number): ArrayLike<number> {
  const whole = randomNet(shape, plan)
  const position = plan.forks[f]!
  const net = randomNet(shape, { window: position + 1, forks: [position] })
  for (const name of Object.keys(net.graph.inputs)) {
    const from = whole.input(name)
    const to = net.input(name)
    const all = widthOf(whole.graph.ops[whole.graph.inputs[name]!]!.shape)
    const own = widthOf(net.graph.ops[net.graph.inputs[name]!]!.shape)
    const start = name === INPUTS.past || name === INPUTS.memory ? 0 : f * own
    for (let s = 0; s < SAMPLES; s++) {
      to.set(from.slice(s * all + start, s * all + start + own), s * own)
    }
  }
  net.forward()
  return net.output(QUANTILES)
}

describe('a forking net', () => {
  const every = (window: number): ForkPlan => ({
    window,
    forks: Array.from({ length: window }, (_, t) => t),
  })
  const plans: readonly [string, EncoderKind, ForkPlan][] = [
    ['convolutions, some forks', 'conv', spacedForks(SHAPE, 3, 5)],
    ['convolutions, every step a fork', 'conv', every(12)],
    ['a recurrence, every step a fork', 'gru', every(6)],
    ['a recurrence, some forks', 'lstm', { window: 9, forks: [2, 8] }],
  ]
  it.each(plans)(
    'forecasts at each fork what a net of that fork alone does: %s',
    (_, encoder, plan) => {
      const shape = { ...SHAPE, encoder }
      const whole = randomNet(shape, plan)
      whole.forward()
      const size = shape.horizon * shape.levels.length
      const forks = plan.forks.length
      const together = whole.output(QUANTILES)
      for (let f = 0; f < forks; f++) {
        const alone = decodeAlone(shape, plan, f)
        for (let s = 0; s < SAMPLES; s++) {
          for (let k = 0; k < size; k++) {
            expect(together[(s * forks + f) * size + k]!).toBeCloseTo(alone[s * size + k]!, 10)
          }
        }
      }
    },
  )

  it('never lets quantiles cross', () => {
    const net = randomNet(SHAPE, spacedForks(SHAPE, 2, 3))
    const history = net.input(INPUTS.history)
    const spread = net.input(INPUTS.spread)
    for (let k = 0; k < history.length; k += 3) history.subarray(k, k + 3).sort()
    spread.forEach((x, k) => {
      spread[k] = Math.abs(x)
    })
    net.forward()
    const q = net.output(QUANTILES)
    for (let k = 0; k < q.length; k += 3) {
      expect(q[k]! <= q[k + 1]! && q[k + 1]! <= q[k + 2]!).toBe(true)
    }
  })

  it('sees as far back as it says, and no further', () => {
    const field = receptiveField(SHAPE)
    expect(field).toBe(16)
    const plan = { window: field + 3, forks: [field + 2] }
    const net = randomNet(SHAPE, plan)
    const read = () => {
      net.forward()
      return Array.from(net.output(QUANTILES))
    }
    const before = read()
    const past = net.input(INPUTS.past)
    for (let t = 0; t < 3; t++) past[t * SHAPE.pastWidth]! += 10
    expect(read()).toEqual(before)
    past[3 * SHAPE.pastWidth]! += 10
    expect(read()).not.toEqual(before)
  })
})
