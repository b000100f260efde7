import { grad, init } from '@jax-js/jax'
import { beforeAll, expect, test } from 'vitest'
import { buildCase, GRADIENT_CASES } from './testing/cases.ts'
import { jaxArrays, jaxLoss } from './testing/jax-loss.ts'

beforeAll(async () => {
  await init()
})

test.each(GRADIENT_CASES.filter(({ inJax }) => inJax))(
  '$name has the gradients of jax-js',
  (one) => {
    const net = buildCase(one)
    const { inputs, parameters } = jaxArrays(net)
    const loss = jaxLoss(net.graph, inputs, parameters).item()
    expect(Math.abs(net.backward() - loss)).toBeLessThan(1e-5)
    const gradients = grad((values: typeof parameters) => jaxLoss(net.graph, inputs, values))(
      parameters,
    )
    net.graph.parameters.forEach(({ name }, i) => {
      const [own, peer] = [net.gradients[name]!, gradients[i]!.dataSync()]
      const largest = Math.max(1e-3, ...Array.from(own, Math.abs))
      const error = Math.max(...Array.from(own, (g, j) => Math.abs(g - Number(peer[j]))))
      expect({ name, agrees: error / largest < 2e-4, error }).toEqual({ name, agrees: true, error })
    })
  },
)
