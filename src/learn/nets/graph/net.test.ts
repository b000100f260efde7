import { expect, test } from 'vitest'
import { createRandom } from '../../../core/random/random.ts'
import { buildNet } from './net.ts'

test.each(['plain', 'double', 'fast'] as const)(
  'a small net learns in %s arithmetic',
  (arithmetic) => {
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
    for (let i = 0; i < q.length; i += 3)
      expect(q[i]! <= q[i + 1]! && q[i + 1]! <= q[i + 2]!).toBe(true)
  },
)
