import { expect, test } from 'vitest'
import { buildCase, GRADIENT_CASES, type GradientCase } from './testing/cases.ts'
import type { BuildOptions, Net } from './types.ts'

const named = (name: string) => GRADIENT_CASES.find((one) => one.name === name)!
const STEPS = 12

/** Trains for some steps; returns everything that a step leaves behind. */
async function train(
  one: GradientCase,
  options: Partial<BuildOptions>,
): Promise<{ losses: number[]; state: Uint8Array; net: Net }> {
  const net = buildCase(one, { batch: 24, parts: 5, tile: 2, ...options })
  await net.ready()
  const losses: number[] = []
  for (let i = 0; i < STEPS; i++) {
    losses.push(net.backward(i % 3 === 2 ? 17 : 24))
    net.adamStep({ learningRate: 0.01, clipNorm: 0.5, weightDecay: 0.01 })
  }
  return { losses, state: net.saveState(), net }
}

test.each(['fast', 'plain'] as const)(
  'one, two and three workers leave the same bits, %s',
  async (arithmetic) => {
    for (const one of [named('all together'), named('dropout')]) {
      const results = []
      for (const workers of [1, 2, 3]) {
        const { losses, state, net } = await train(one, { workers, arithmetic })
        results.push({ losses, state: Buffer.from(state).toString('base64') })
        net.close()
      }
      expect(results[1]).toEqual(results[0])
      expect(results[2]).toEqual(results[0])
      expect(results[0]!.losses[STEPS - 3]).not.toBe(results[0]!.losses[0])
    }
  },
)

test('predictors work on the same threads and parameters, whenever they are made', async () => {
  const { net } = await train(named('all together'), { workers: 2 })
  const predictor = net.predictor(7)
  for (const name of ['x', 'words', 'code', 'future', 'mask']) {
    const values = net.input(name)
    predictor.setInput(name, values.slice(0, (values.length / 24) * 7))
  }
  for (let round = 0; round < 3; round++) {
    predictor.forward()
    net.forward()
    const expected = net.output('q').slice(0, predictor.output('q').length)
    expect(predictor.output('q')).toEqual(expected)
    net.backward()
    net.adamStep({ learningRate: 0.05 })
  }
  net.close()
})
