import * as ort from 'onnxruntime-web'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../core/random/random.ts'
import { buildNet, type Net, type NetBuilder } from '../graph/index.ts'
import { buildForecastNet, QUANTILES } from '../models/forecast-net.ts'
import { type EncoderKind, type ForecastNetShape, spacedForks } from '../models/shape.ts'
import { exportOnnx } from './export.ts'

ort.env.wasm.numThreads = 1

const SHAPE: ForecastNetShape = {
  encoder: 'conv',
  horizon: 5,
  levels: [0.1, 0.5, 0.9],
  pastWidth: 3,
  aheadWidth: 4,
  forkWidth: 2,
  categories: [{ rows: 4, width: 2 }],
  numbers: 2,
  words: { rows: 16, width: 3, length: 6 },
  memory: { slots: 4, width: 3, keys: 2 },
  dilations: [1, 2, 4],
  filters: 6,
  staticUnits: 4,
  contextUnits: 8,
  decoderUnits: 8,
  horizonUnits: 2,
  sharedUnits: 3,
  summaryUnits: 1,
  dropout: 0.2,
  history: true,
}

/** Largest difference between our forward and that of ONNX Runtime on random inputs and parameters. */
async function largestDifference(net: Net, output: string, samples: number): Promise<number> {
  const random = createRandom('onnx')
  for (const values of Object.values(net.parameters)) {
    for (let k = 0; k < values.length; k++) values[k] = 0.5 * random.normal()
  }
  const session = await ort.InferenceSession.create(exportOnnx(net.graph, net.parameters))
  const feeds: Record<string, ort.Tensor> = {}
  for (const name of session.inputNames) {
    const { shape } = net.graph.ops[net.graph.inputs[name]!]!
    const size = samples * shape.reduce((a, b) => a * b, 1)
    const into = net.input(name)
    const isIndex = into instanceof Int32Array
    for (let k = 0; k < size; k++) {
      const zeroOrOne = random.next() < 0.4 ? 1 : 0
      const index = name === 'words' && random.next() < 0.4 ? -1 : random.int(4)
      into[k] = isIndex ? index : name === 'memoryMask' ? zeroOrOne : random.normal()
    }
    const dims = [samples, ...shape]
    feeds[name] = isIndex
      ? new ort.Tensor('int32', into.slice(0, size), dims)
      : new ort.Tensor('float32', Float32Array.from(into.slice(0, size)), dims)
  }
  net.forward(samples)
  const ours = net.output(output)
  const theirs = (await session.run(feeds))[output]!.data as Float32Array
  return theirs.reduce((worst, value, k) => Math.max(worst, Math.abs(value - ours[k]!)), 0)
}

describe('a net as ONNX', () => {
  it.each(['conv', 'lstm', 'gru'] as EncoderKind[])(
    'forecasts the same in ONNX Runtime with a %s encoder, attention and embeddings',
    async (encoder) => {
      const shape = { ...SHAPE, encoder }
      const options = { batch: 7, seed: 1 }
      for (const plan of [spacedForks(shape, 1, 1), { window: 9, forks: [0, 3, 8] }]) {
        const net = buildForecastNet(shape, plan, options)
        // Any number of samples up to the batch: the first axis is free.
        expect(await largestDifference(net, QUANTILES, 7)).toBeLessThan(1e-4)
        expect(await largestDifference(net, QUANTILES, 2)).toBeLessThan(1e-4)
      }
    },
  )

  it('writes every other op as well', async () => {
    const define = (b: NetBuilder) => {
      const x = b.input('x', [6, 4])
      const wide = b.causalConv(x, { filters: 4, width: 3, dilation: 2, activation: 'gelu' })
      const normal = b.layerNorm(b.add(wide, x))
      const row = b.reshape(b.select(normal, [2]), [4])
      const moved = b.multiply(b.scale(normal, 0.3), b.activation(row, 'sigmoid'))
      b.output('y', b.concat([moved, b.repeat(row, 6), b.activation(moved, 'tanh')]))
    }
    const net = buildNet(define, { batch: 3, seed: 1 })
    expect(await largestDifference(net, 'y', 3)).toBeLessThan(1e-4)
  })
})
