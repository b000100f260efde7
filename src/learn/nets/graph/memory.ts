import { requireArgument, StorewrightError } from '../../../core/errors.ts'
import { instantiateKernels } from '../kernels/load.ts'
import { createPlainKernels } from '../kernels/plain.ts'
import type { Kernels } from '../kernels/types.ts'
import type { BuildOptions, FloatArray } from './types.ts'

export type Arithmetic = NonNullable<BuildOptions['arithmetic']>

/** The one memory of a net; addresses are numbers of 4-byte elements, multiples of 4. */
export interface NetMemory {
  readonly arithmetic: Arithmetic
  /** Takes `count` zeroed elements. Throws ERR_ARGUMENT when 4 GiB are not enough. */
  allocate(count: number): number
  floats(address: number, count: number): FloatArray
  ints(address: number, count: number): Int32Array
  /** Kernels over the memory as it is now; ask again after `allocate`. */
  kernels(): Kernels
  /** What a thread needs to work on the same memory; undefined for `double`. */
  readonly shared: WebAssembly.Memory | undefined
}

const PAGE_ELEMENTS = 65536 / 4
const MOST_PAGES = 65536
/** Below lies what the compiler of the kernels may want for itself. */
const FIRST_ADDRESS = 1024
/** Vectors at the end of a row are read whole: so far may they reach behind the last one. */
const SLACK = 16
const MOST_DOUBLES = 2 ** 24

/** A memory for `arithmetic`; `fast` becomes `plain` where the kernels have not been built. */
export function createMemory(arithmetic: Arithmetic): NetMemory {
  if (arithmetic === 'double') return doubleMemory()
  const memory = new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES, shared: true })
  return shareMemory(memory, arithmetic)
}

/** The memory of another thread, seen from this one (only the owner allocates). */
export function shareMemory(memory: WebAssembly.Memory, arithmetic: Arithmetic): NetMemory {
  const fast = arithmetic === 'fast' ? instantiateKernels(memory) : undefined
  let next = FIRST_ADDRESS
  return {
    arithmetic: fast === undefined ? 'plain' : 'fast',
    shared: memory,
    allocate(count) {
      const address = next
      next = roundUp(next + count)
      const missing = Math.ceil((next + SLACK) / PAGE_ELEMENTS) - memory.buffer.byteLength / 65536
      if (missing > 0) grow(memory, missing)
      return address
    },
    floats: (address, count) => new Float32Array(memory.buffer, address * 4, count),
    ints: (address, count) => new Int32Array(memory.buffer, address * 4, count),
    kernels: () =>
      fast ??
      createPlainKernels({
        floats: new Float32Array(memory.buffer),
        ints: new Int32Array(memory.buffer),
      }),
  }
}

function roundUp(count: number): number {
  return Math.ceil(count / 4) * 4
}

function grow(memory: WebAssembly.Memory, pages: number): void {
  try {
    memory.grow(pages)
  } catch (cause) {
    throw new StorewrightError('ERR_ARGUMENT', 'the net does not fit into 4 GiB of memory', {
      next: 'Take a smaller batch, narrower layers or fewer parts.',
      cause,
    })
  }
}

/** Float64 for values, and a second array for the integers at the same addresses. */
function doubleMemory(): NetMemory {
  // The system hands out pages as they are touched.
  const floats = new Float64Array(MOST_DOUBLES)
  const ints = new Int32Array(MOST_DOUBLES)
  const kernels = createPlainKernels({ floats, ints })
  let next = FIRST_ADDRESS
  return {
    arithmetic: 'double',
    shared: undefined,
    allocate(count) {
      const address = next
      next = roundUp(next + count)
      requireArgument(next <= MOST_DOUBLES, 'the net is too large for double arithmetic')
      return address
    },
    floats: (address, count) => floats.subarray(address, address + count),
    ints: (address, count) => ints.subarray(address, address + count),
    kernels: () => kernels,
  }
}
