import { describe, expect, test } from 'vitest'
import { createRandom } from '../../../core/random/random.ts'
import { buildCase, GRADIENT_CASES } from './testing/cases.ts'
import type { Net } from './types.ts'

const STEP = 1e-5
const MOST_CHECKED = 40

/** (loss(p + h) − loss(p − h)) / 2h of one value of a parameter. */
function finiteDifference(net: Net, values: Float32Array | Float64Array, i: number): number {
  const kept = values[i]!
  values[i] = kept + STEP
  const above = net.backward()
  values[i] = kept - STEP
  const below = net.backward()
  values[i] = kept
  return (above - below) / (2 * STEP)
}

describe.each(GRADIENT_CASES)('gradients of $name', (gradientCase) => {
  test('agree with central finite differences, in double arithmetic', () => {
    const net = buildCase(gradientCase, { arithmetic: 'double' })
    const random = createRandom(3)
    net.backward()
    const gradients = Object.entries(net.gradients).map(([name, g]) => [name, g.slice()] as const)
    for (const [name, backward] of gradients) {
      const values = net.parameters[name]!
      for (let k = 0; k < Math.min(MOST_CHECKED, values.length); k++) {
        const i = values.length <= MOST_CHECKED ? k : random.int(values.length)
        const difference = finiteDifference(net, values, i)
        expect({ name, i, error: Math.abs(difference - backward[i]!) < 1e-8 }).toEqual({
          name,
          i,
          error: true,
        })
      }
    }
  })

  test('fast agree with double arithmetic', () => {
    const [exact, fast] = [
      buildCase(gradientCase, { arithmetic: 'double' }),
      buildCase(gradientCase, { arithmetic: 'fast' }),
    ]
    expect(Math.abs(fast.backward() - exact.backward())).toBeLessThan(1e-5)
    for (const [name, gradient] of Object.entries(exact.gradients)) {
      const largest = Math.max(1e-3, ...Array.from(gradient, Math.abs))
      const errors = Array.from(gradient, (g, i) => Math.abs(g - fast.gradients[name]![i]!))
      const error = Math.max(...errors)
      expect({ name, relative: error / largest < 1e-4 }).toEqual({ name, relative: true })
    }
  })
})
