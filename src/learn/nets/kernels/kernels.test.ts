import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRandom } from '../../../core/random/random.ts'
import { instantiateKernels } from './load.ts'
import { createPlainKernels } from './plain.ts'
import { ACTIVATIONS, convolutionWork, type Kernels } from './types.ts'

// Both implementations run on the same memory, filled at random; afterwards all of it must agree, so
// that a write to a wrong place is found as well as a wrong value.

const memory = new WebAssembly.Memory({ initial: 2, maximum: 65536, shared: true })
const fast = instantiateKernels(memory)
const SIZE = memory.buffer.byteLength / 4
const fastFloats = new Float32Array(memory.buffer)
const plainFloats = new Float32Array(SIZE)
const plain = createPlainKernels({
  floats: plainFloats,
  ints: new Int32Array(plainFloats.buffer),
})

/** Hands out places in memory with gaps of three elements between them. */
interface Places {
  floats(count: number, scale?: number): number
  positive(count: number): number
  bits(count: number): number
  ints(count: number, lowest: number, bound: number): number
}

function agree(
  seed: number,
  call: (kernels: Kernels, places: Places) => unknown,
  digits = 4,
): void {
  if (fast === undefined) throw new Error('build the kernels first: npm run build:wasm')
  const results = [plain, fast].map((kernels) => {
    const floats = kernels === fast ? fastFloats : plainFloats
    return call(kernels, fill(floats, seed))
  })
  const bound = 10 ** -digits
  if (typeof results[0] === 'number') {
    const [a, b] = results as [number, number]
    expect(Math.abs(a - b)).toBeLessThanOrEqual(bound * (1 + Math.abs(a)))
  }
  for (let i = 1024; i < SIZE; i++) {
    const [a, b] = [plainFloats[i]!, fastFloats[i]!]
    if (!(Math.abs(a - b) <= bound * (1 + Math.abs(a))))
      expect({ i, value: b }).toEqual({ i, value: a })
  }
}

function fill(floats: Float32Array, seed: number): Places {
  const random = createRandom(seed)
  const ints = new Int32Array(floats.buffer)
  for (let i = 1024; i < 16_384; i++) floats[i] = 2 * random.next() - 1
  floats.fill(0, 16_384)
  let next = 1024
  const take = (count: number, value: (i: number) => number, to: Float32Array | Int32Array) => {
    const at = next
    next += count + 3
    if (next > 16_000) throw new Error('the test takes more memory than there is')
    for (let i = 0; i < count; i++) to[at + i] = value(i)
    return at
  }
  return {
    floats: (count, scale = 1) => take(count, () => scale * random.normal(), floats),
    positive: (count) => take(count, () => 0.1 + random.next(), floats),
    bits: (count) => take(count, () => random.int(2), floats),
    ints: (count, lowest, bound) => take(count, () => lowest + random.int(bound - lowest), ints),
  }
}

const small = fc.integer({ min: 1, max: 14 })
const seed = fc.integer({ min: 1, max: 1e9 })
const runs = { numRuns: 60 }

function check(name: string, run: (sizes: [number, number, number, number], seed: number) => void) {
  test(name, () => {
    fc.assert(
      fc.property(fc.tuple(small, small, small, small), seed, (sizes, number) =>
        run(sizes, number),
      ),
      runs,
    )
  })
}

type Size = [number, number, number, number, number, number]

function convolveAll(kernel: Kernels, at: Places, size: Size): void {
  const [samples, time, channels, filters, width] = size
  const [x, y] = [at.floats(samples * time * channels), at.floats(samples * time * filters)]
  const w = at.floats(width * channels * filters)
  const wT = at.floats(width * channels * filters)
  const room = convolutionWork(time, channels, filters)
  const work = at.floats(room)
  const results = [
    at.floats(samples * time * filters),
    at.floats(samples * time * channels),
  ] as const
  kernel.convForward(x, w, at.floats(filters), results[0], ...size, work)
  kernel.convInput(y, wT, results[1], -1, ...size, work)
  kernel.convWeights(x, y, at.floats(width * channels * filters), -1, ...size, work)
  kernel.zero(work, room)
}

describe('fast and plain kernels agree', () => {
  check('gemm', ([m, n, k, extra], s) => {
    const accumulate = extra % 2
    agree(s, (kernel, at) => {
      const [a, b] = [at.floats(m * (k + extra)), at.floats(k * (n + extra))]
      const [c, bias] = [at.floats(m * (n + extra)), extra % 3 === 0 ? -1 : at.floats(n)]
      kernel.gemm(a, k + extra, b, n + extra, c, n + extra, m, n, k, bias, accumulate)
    })
  })
  check('gemmLeftTransposed', ([m, n, k, extra], s) => {
    agree(s, (kernel, at) => {
      const [a, b] = [at.floats(5 * k * (m + extra)), at.floats(5 * k * (n + extra))]
      const c = at.floats(m * (n + extra))
      kernel.gemmLeftTransposed(a, m + extra, b, n + extra, c, n + extra, m, n, 5 * k)
    })
  })
  check('transpose and column sums', ([rows, columns], s) => {
    agree(s, (kernel, at) => {
      const x = at.floats(rows * columns)
      kernel.transpose(x, at.floats(rows * columns), rows, columns)
      kernel.addColumnSums(x, at.floats(columns), rows, columns)
    })
  })
  check('causal convolution', ([time, channels, filters, mixed], s) => {
    const [width, dilation, samples] = [1 + (mixed % 3), 1 + (s % 4), 1 + (s % 2)]
    agree(s, (kernel, at) => {
      convolveAll(kernel, at, [samples, time, channels, filters, width, dilation])
    })
  })
  check('wide causal convolution of three taps', ([time, channels, filters], s) => {
    const [dilation, samples] = [1 + (s % 3), 1 + (s % 2)]
    const [wide, wider] = [12 + 4 * Math.ceil(channels / 5), 12 + 4 * Math.ceil(filters / 5)]
    agree(s, (kernel, at) => {
      convolveAll(kernel, at, [samples, time, wide, wider, 3, dilation])
    })
  })
  check('embeddings and bags', ([rows, width, count, n], s) => {
    agree(s, (kernel, at) => {
      const [index, table] = [at.ints(count, 0, rows), at.floats(rows * width)]
      const [y, dTable] = [at.floats(count * width), at.floats(rows * width)]
      kernel.gather(index, table, y, count, width)
      kernel.scatterAdd(index, at.floats(count * width), dTable, count, width)
      const several = at.ints(count * n, -1, rows)
      kernel.bag(several, table, y, count, n, width)
      kernel.bagAdd(several, at.floats(count * width), dTable, count, n, width)
    })
  })
  check('selections, blocks and repeats', ([samples, time, width, count], s) => {
    agree(s, (kernel, at) => {
      const [x, steps] = [at.floats(samples * time * width), at.ints(count, 0, time)]
      const y = at.floats(samples * count * width)
      kernel.selectRows(x, steps, y, samples, time, count, width)
      kernel.selectAdd(x, steps, y, samples, time, count, width)
      const wide = at.floats(samples * (width + time))
      kernel.copyBlocks(x, width, wide, width + time, samples, width)
      kernel.addBlocks(x, width, wide, width + time, samples, width)
      kernel.repeatBlocks(x, y, samples, count, width)
      kernel.addRepeats(y, x, samples, count, width)
    })
  })
  check('activations', ([count, mixed], s) => {
    const kind = Object.values(ACTIVATIONS)[mixed % 6]!
    agree(s, (kernel, at) => {
      const [x, y] = [at.floats(count, 4), at.floats(count)]
      kernel.activate(kind, x, y, count)
      kernel.activateBack(kind, x, y, at.floats(count), at.floats(count), count, mixed % 2)
    })
  })
  check('element by element', ([samples, repeats, width, mixed], s) => {
    const size = [samples, repeats, width] as const
    const count = samples * repeats * width
    agree(s, (kernel, at) => {
      const [x, y, out] = [at.floats(count), at.floats(samples * width), at.floats(count)]
      kernel.addRepeated(x, y, out, ...size)
      kernel.multiplyRepeated(out, y, out, ...size)
      kernel.addProductRepeated(x, y, out, ...size)
      kernel.addProductSums(x, out, y, ...size)
      kernel.scaleTo(x, at.floats(count), count, 1.5)
      kernel.addScaled(x, out, count, -0.5)
      const threshold = (0.3 * 2 ** 32) | 0
      kernel.dropout(x, at.floats(count), count, s, mixed, threshold, 1.25, mixed % 2)
    })
  })
  check('layer norm', ([rows, width, mixed], s) => {
    agree(
      s,
      (kernel, at) => {
        const [x, y, gain] = [at.floats(rows * width), at.floats(rows * width), at.floats(width)]
        const stats = at.floats(2 * rows)
        kernel.layerNorm(x, gain, at.floats(width), y, stats, rows, width)
        const dx = mixed % 3 === 0 ? -1 : at.floats(rows * width)
        const parameters = [at.floats(width), at.floats(width)] as const
        kernel.layerNormBack(x, gain, stats, y, dx, ...parameters, rows, width)
      },
      // Rows of one or two nearly equal values are divided by what little they differ.
      2,
    )
  })
  check('recurrent cells', ([samples, units, mixed], s) => {
    const first = mixed % 2 === 0
    agree(s, (kernel, at) => {
      const width = 4 * units + 2
      const [gates, sums] = [at.floats(samples * width), at.floats(samples * width)]
      const [h, c] = [at.floats(samples * units), at.floats(samples * units)]
      const [dh, carry] = [at.floats(samples * units), at.floats(samples * units)]
      const before = first ? -1 : at.floats(samples * units)
      kernel.lstmCell(gates, width, before, c, h, units, samples, units)
      kernel.lstmCellBack(gates, width, before, c, dh, units, carry, samples, units)
      kernel.gruCell(gates, width, sums, before, h, units, samples, units)
      const dBefore = first ? -1 : carry
      kernel.gruCellBack(gates, width, sums, before, dh, dBefore, units, samples, units)
    })
  })
  check('masked softmax', ([rows, width], s) => {
    agree(s, (kernel, at) => {
      const scores = at.floats(rows * width, 5)
      kernel.maskedSoftmax(scores, at.bits(rows * width), rows, width, 0.7)
      kernel.softmaxBack(scores, at.floats(rows * width), rows, width, 0.7)
    })
  })
  check('quantile head and pinball loss', ([rows, levels, mixed], s) => {
    const anchor = mixed % levels
    agree(s, (kernel, at) => {
      const [x, q] = [at.floats(rows * levels, 3), at.floats(rows * levels)]
      kernel.quantileHead(x, q, rows, levels, anchor)
      const data = [at.floats(rows), at.bits(rows), at.positive(levels)] as const
      const dq = at.floats(rows * levels)
      kernel.pinballBack(q, ...data, rows, levels, 0.3, dq)
      const loss = kernel.pinballLoss(q, ...data, rows, levels, 0.3, -1)
      // The head may use dq up: what it leaves there is its own business.
      kernel.quantileHeadBack(x, dq, at.floats(rows * levels), rows, levels, anchor)
      kernel.zero(dq, rows * levels)
      return loss
    })
  })
  check('unit rows and the share of the own', ([rows, width, more], s) => {
    agree(s, (kernel, at) => {
      const [x, y, factors] = [at.floats(rows * width), at.floats(rows * width), at.floats(rows)]
      kernel.unitRows(x, y, factors, rows, width)
      const [dy, dx] = [at.floats(rows * width), at.floats(rows * width)]
      kernel.unitRowsBack(y, factors, dy, dx, rows, width)
      const candidates = rows + more
      const [shares, weight] = [at.positive(rows * candidates), at.bits(rows)]
      kernel.ownShareBack(shares, weight, at.floats(rows * candidates), rows, candidates, 0.3)
      return kernel.ownShareLoss(shares, weight, rows, candidates, 0.3)
    })
  })
  check('sums and Adam', ([count, parts], s) => {
    agree(s, (kernel, at) => {
      const [p, m, v] = [at.floats(count), at.floats(count), at.positive(count)]
      const [g, from] = [at.floats(count), at.floats(count * parts)]
      kernel.sumParts(from, count, parts, g, count)
      kernel.adam(p, m, v, g, count, 0.5, 0.01, 0.9, 0.999, 1e-8, 0.1, 1.2, 1.5)
      return kernel.sum(p, count) + kernel.sumSquares(g, count)
    })
  })
})
