import { expect, test } from 'vitest'
import { createRandom } from '../../../core/random/random.ts'
import { buildNet } from './net.ts'
import { buildCase, GRADIENT_CASES } from './testing/cases.ts'
import type { NetBuilder } from './types.ts'

const whole = GRADIENT_CASES.find(({ name }) => name === 'all together')!
const ARITHMETICS = ['plain', 'double', 'fast'] as const

test.each(ARITHMETICS)('a small net learns in %s arithmetic', (arithmetic) => {
  const net = buildNet(
    (b) => {
      const x = b.input('x', [8, 2])
      const code = b.embedding(b.input('code', [1], 'index'), 3, 2)
      const h = b.causalConv(x, { filters: 4, width: 2, dilation: 2, activation: 'relu' })
      const all = b.concat([b.reshape(b.select(h, [7]), [4]), b.reshape(code, [2])])
      const q = b.quantileHead(b.reshape(b.dense(b.dense(all, 8, 'tanh'), 6), [2, 3]))
      b.output('q', q)
      b.pinball(q, b.input('y', [2]), b.input('w', [2]), [0.1, 0.5, 0.9])
    },
    { batch: 32, seed: 1, parts: 4, tile: 5, arithmetic },
  )
  const random = createRandom(2)
  const x = net.input('x')
  const y = net.input('y')
  const code = net.input('code')
  net.input('w').fill(1)
  for (let s = 0; s < 32; s++) {
    for (let i = 0; i < 16; i++) x[s * 16 + i] = random.normal()
    code[s] = random.int(3)
    for (let i = 0; i < 2; i++) y[2 * s + i] = x[s * 16 + 14]! + code[s]!
  }
  const first = net.backward()
  for (let i = 0; i < 200; i++) {
    net.backward()
    net.adamStep({ learningRate: 0.02 })
  }
  expect(net.backward()).toBeLessThan(first / 4)
  net.forward()
  const q = net.output('q')
  for (let i = 0; i < q.length; i += 3) {
    expect(q[i]! <= q[i + 1]! && q[i + 1]! <= q[i + 2]!).toBe(true)
  }
})

test('a target of weight 0 does not matter, even when it is NaN', () => {
  const [net, other] = [buildCase(whole), buildCase(whole)]
  other.input('w').forEach((weight, i) => {
    if (weight === 0) other.input('y')[i] = Number.NaN
  })
  expect(net.input('w')).toContain(0)
  expect(other.backward()).toBe(net.backward())
  expect(other.gradients).toEqual(net.gradients)
})

test('nothing weighs: no loss, no gradient', () => {
  const net = buildCase(whole)
  net.input('w').fill(0)
  net.input('w2').fill(0)
  expect(net.backward()).toBe(0)
  for (const gradient of Object.values(net.gradients))
    expect(gradient.every((g) => g === 0)).toBe(true)
})

test('the size of a tile changes rounding at most', () => {
  const [net, other] = [buildCase(whole, { tile: 1 }), buildCase(whole, { tile: 3, parts: 1 })]
  expect(other.backward()).toBeCloseTo(net.backward(), 5)
  for (const [name, gradient] of Object.entries(net.gradients)) {
    gradient.forEach((g, i) => {
      expect(other.gradients[name]![i]).toBeCloseTo(g, 5)
    })
  }
})

test('dropout zeroes a share, keeps the mean and rests while forecasting', () => {
  const define = (b: NetBuilder) => {
    const x = b.dropout(b.input('x', [1000, 1]), 0.25)
    b.output('x', x)
    b.pinball(b.dense(x, 1), b.input('y', [1000]), b.input('w', [1000]), [0.5])
  }
  const net = buildNet(define, { batch: 4, seed: 5 })
  net.input('x').fill(1)
  net.input('w').fill(1)
  net.backward()
  const first = Array.from(net.output('x'))
  expect(first.filter((x) => x === 0).length / 4000).toBeCloseTo(0.25, 1)
  expect(first.every((x) => x === 0 || Math.abs(x - 1 / 0.75) < 1e-6)).toBe(true)
  net.adamStep({ learningRate: 0 })
  net.backward()
  expect(Array.from(net.output('x'))).not.toEqual(first)
  net.forward()
  expect(net.output('x').every((x) => x === 1)).toBe(true)
})

test('saved state goes on as if never stopped', () => {
  const [net, other] = [buildCase(whole), buildCase(whole, { seed: 1 })]
  const step = (which: typeof net) => {
    which.backward()
    which.adamStep({ learningRate: 0.01 })
  }
  for (let i = 0; i < 5; i++) step(net)
  other.restoreState(net.saveState())
  for (let i = 0; i < 5; i++) {
    step(net)
    step(other)
  }
  expect(other.steps).toBe(10)
  expect(other.saveState()).toEqual(net.saveState())
  const fresh = buildCase(whole, { predictOnly: true })
  fresh.restoreParameters(net.saveParameters())
  fresh.forward()
  net.forward()
  expect(fresh.output('q')).toEqual(net.output('q'))
  expect(() => fresh.restoreParameters(new Uint8Array(8))).toThrow(/8 bytes given/)
  expect(() => fresh.backward()).toThrow(/prediction only/)
})

test('clipping and weight decay do what they say', () => {
  const net = buildCase(whole)
  net.backward()
  const before = { ...net.parameters['dense1/weight']!.slice() }
  const norm = net.adamStep({ learningRate: 0.1, weightDecay: 0.5, epsilon: 1e30 })
  const squares = Object.values(net.gradients).map((g) => Array.from(g, (x) => x * x))
  expect(norm).toBeCloseTo(Math.sqrt(squares.flat().reduce((a, b) => a + b, 0)), 5)
  // With so large an epsilon only the decay moves anything.
  net.parameters['dense1/weight']!.forEach((value, i) => {
    expect(value).toBeCloseTo(before[i]! * 0.95, 5)
  })
})

test('an index outside its table is refused before it does harm', () => {
  const net = buildCase(whole)
  net.input('code')[0] = 3
  expect(() => net.forward()).toThrow('code: there is no row 3')
  net.input('code')[0] = -1
  expect(() => net.forward()).toThrow('code: there is no row -1')
})

test('NaN in a history stops training with a clear error', () => {
  const net = buildCase(whole)
  net.input('x')[0] = Number.NaN
  net.backward()
  expect(() => net.adamStep({ learningRate: 0.1 })).toThrow(/gradient of the net is not finite/)
})

const misfits: readonly [string, (b: NetBuilder) => void][] = [
  ['of positive whole numbers', (b) => b.input('x', [0])],
  ['two operations of the net are called x', (b) => [b.input('x', [1]), b.input('x', [2])]],
  ['an embedding reads an index input', (b) => b.embedding(b.input('x', [1]), 2, 2)],
  ['select takes whole numbers from 0 to 2', (b) => b.select(b.input('x', [3, 1]), [3])],
  ['[2,3] cannot become [5]', (b) => b.reshape(b.input('x', [2, 3]), [5])],
  ['add: [2] does not end [2,3]', (b) => b.add(b.input('x', [2, 3]), b.input('y', [2]))],
  [
    'attention: ',
    (b) => {
      const x = b.input('x', [2, 3])
      b.eventAttention(x, x, x, x)
    },
  ],
  [
    'levels rise',
    (b) => {
      b.pinball(b.input('q', [1, 2]), b.input('y', [1]), b.input('w', [1]), [0.9, 0.1])
    },
  ],
]

test.each(misfits)('a misfit is named: %s', (message, define) => {
  expect(() => buildNet(define, { batch: 1, seed: 1 })).toThrow(message)
})
