import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { createArena, reserve } from './arena.ts'
import { compiledKernel, type TreeKernel } from './kernel.ts'
import { plainKernel } from './plain-kernel.ts'

const ROWS = 300
const STRIDE = 16

/** Random rows in an arena: bins, pairs, an index in disorder, places for what comes out. */
function setUp(seed: number, bins: number) {
  const random = createRandom(seed)
  const arena = createArena()
  const at = {
    bins: reserve(arena, ROWS * STRIDE),
    pairs: reserve(arena, ROWS * 8),
    index: reserve(arena, ROWS * 4),
    scratch: reserve(arena, ROWS * 4 + 4),
    out: reserve(arena, 8 * 4096),
    parent: reserve(arena, 8 * 4096),
    table: reserve(arena, 256),
    rules: reserve(arena, 64),
    node: reserve(arena, 64),
    result: reserve(arena, 64),
    scores: reserve(arena, ROWS * 2 * 8),
  }
  const { buffer } = arena.memory
  const bytes = new Uint8Array(buffer)
  for (let i = 0; i < ROWS * STRIDE; i++) bytes[at.bins + i] = random.int(bins + 1)
  for (let i = 0; i < 256; i++) bytes[at.table + i] = random.int(2)
  const floats = new Float32Array(buffer)
  for (let i = 0; i < ROWS; i++) {
    floats[at.pairs / 4 + 2 * i] = random.normal()
    floats[at.pairs / 4 + 2 * i + 1] = random.next()
  }
  const words = new Uint32Array(buffer)
  for (let i = 0; i < ROWS; i++) words[at.index / 4 + i] = random.int(ROWS)
  const doubles = new Float64Array(buffer)
  for (let i = 0; i < 4096; i++) doubles[at.parent / 8 + i] = random.normal()
  return { arena, at, random, doubles }
}

type SetUp = ReturnType<typeof setUp>

/** The whole memory after `work` by one kernel. */
function after(
  seed: number,
  bins: number,
  kernelOf: (memory: WebAssembly.Memory) => TreeKernel | undefined,
  work: (kernel: TreeKernel, set: SetUp) => void,
): Uint8Array {
  const set = setUp(seed, bins)
  work(kernelOf(set.arena.memory)!, set)
  return new Uint8Array(set.arena.memory.buffer).slice(0, set.arena.top)
}

function expectSame(
  work: (kernel: TreeKernel, set: SetUp) => void,
  bins: fc.Arbitrary<number> = fc.constantFrom(15, 63, 255),
): void {
  fc.assert(
    fc.property(fc.nat(), bins, (seed, most) => {
      const fast = after(seed, most, compiledKernel, work)
      const plain = after(seed, most, plainKernel, work)
      expect(Buffer.compare(fast, plain)).toBe(0)
    }),
    { numRuns: 40 },
  )
}

describe('the compiled kernel gives the bits of the plain one', () => {
  it('is there (npm run build:wasm)', () => {
    expect(compiledKernel(createArena().memory)).toBeDefined()
  })

  for (const slotBytes of [256, 1024, 4096]) {
    it(`histogram of ${slotBytes / 16} bins`, () => {
      const bins = fc.constant(slotBytes / 16 - 1)
      expectSame((kernel, { at }) => {
        kernel.histogram(at.bins + 8, STRIDE, at.index, 200, at.pairs, at.out, slotBytes)
      }, bins)
    })
  }

  it('histogramOfFour', () => {
    expectSame((kernel, { arena, at }) => {
      const columns = new Uint32Array(arena.memory.buffer, at.result, 8)
      columns.set([3, at.out, 12, at.out + 4096, 0, at.out + 8192, 7, at.out + 8192])
      kernel.histogramOfFour(at.bins, STRIDE, at.index, 200, at.pairs, at.result)
    })
  })

  it('walkTree and addLeaves', () => {
    expectSame((kernel, { arena, at, random }) => {
      // 31 nodes of random rules: a full tree of 4 levels, its 16 leaves their own children.
      const nodes = new DataView(arena.memory.buffer, at.parent, 31 * 8)
      const children = new Uint32Array(arena.memory.buffer, at.out, 62)
      for (let node = 0; node < 31; node++) {
        nodes.setUint16(8 * node, random.int(STRIDE), true)
        nodes.setUint8(8 * node + 2, random.int(2))
        nodes.setUint16(8 * node + 4, random.int(257), true)
        children[2 * node] = node < 15 ? 2 * node + 1 : node
        children[2 * node + 1] = node < 15 ? 2 * node + 2 : node
      }
      const sets = at.out + 1024
      const bytes = new Uint8Array(arena.memory.buffer)
      for (let i = 0; i < 31 * 32; i++) bytes[sets + i] = random.int(256)
      const useSets = random.int(2)
      const rows = ROWS - random.int(5)
      const leaves = at.index
      kernel.walkTree(at.parent, at.out, sets, useSets, 0, 4, at.bins, STRIDE, rows, leaves)
      kernel.addLeaves(leaves, rows, at.parent + 8192, 1, at.scores + 8, 2)
    })
  })

  it('subtract', () => {
    expectSame((kernel, { at }) => {
      kernel.histogram(at.bins, STRIDE, at.index, ROWS, at.pairs, at.out, 4096)
      kernel.subtract(at.parent, at.out, 8 * 4096)
    })
  })

  it('partition', () => {
    expectSame((kernel, { at, doubles }) => {
      doubles[at.result / 8] = kernel.partition(
        at.bins + 3,
        STRIDE,
        at.index,
        ROWS,
        at.table,
        at.scratch,
      )
      // What is beyond the right part in the scratch is of no account.
      doubles.fill(0, at.scratch / 8, at.scratch / 8 + ROWS / 2 + 1)
    })
  })

  it('addToRows and sumPairs', () => {
    expectSame((kernel, { at }) => {
      kernel.addToRows(at.index, ROWS, at.scores + 8, 2, 0.37)
      kernel.sumPairs(at.index, ROWS, at.pairs, at.result)
    })
  })

  it('scanNumber, in its short and its limited form', () => {
    expectSame((kernel, { at, random, doubles }) => {
      kernel.histogram(at.bins, STRIDE, at.index, ROWS, at.pairs, at.out, 4096)
      kernel.sumPairs(at.index, ROWS, at.pairs, at.node)
      const isPlain = random.int(2)
      const lambda1 = isPlain === 1 ? 0 : random.next()
      const step = isPlain === 1 ? 0 : random.next()
      doubles.set([lambda1, random.next(), 2 * random.next(), step], at.rules / 8)
      const bounds = isPlain === 1 ? [-Infinity, Infinity] : [-random.next(), random.next()]
      doubles.set([3 * random.next(), random.normal(), ...bounds], at.node / 8 + 2)
      const monotone = isPlain === 1 ? 0 : random.int(3) - 1
      if (random.int(2) === 0) doubles.fill(0, at.out / 8, at.out / 8 + 2)
      kernel.scanNumber(at.out, 255, at.rules, at.node, isPlain, monotone, at.result)
    }, fc.constant(255))
  })
})
