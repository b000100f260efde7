import { plainElements } from './plain-elements.ts'
import { plainLikeness } from './plain-likeness.ts'
import { plainMatrix } from './plain-matrix.ts'
import { plainRows } from './plain-rows.ts'
import { plainSequence } from './plain-sequence.ts'
import { plainTraining } from './plain-training.ts'
import type { Heap, Kernels } from './types.ts'

/** The kernels in plain TypeScript over a memory of float32 or, for checking gradients, float64. */
export function createPlainKernels(heap: Heap): Kernels {
  return {
    ...plainMatrix(heap),
    ...plainRows(heap),
    ...plainElements(heap),
    ...plainSequence(heap),
    ...plainTraining(heap),
    ...plainLikeness(heap),
  }
}
