import type { Heap, Kernels } from './types.ts'

type RowKernels = Pick<
  Kernels,
  | 'gather'
  | 'scatterAdd'
  | 'bag'
  | 'bagAdd'
  | 'selectRows'
  | 'selectAdd'
  | 'copyBlocks'
  | 'addBlocks'
  | 'repeatBlocks'
  | 'addRepeats'
>

/** Kernels that move rows about: embeddings, selections, joins. */
export function plainRows({ floats: f, ints }: Heap): RowKernels {
  const copy = (from: number, to: number, width: number) => f.copyWithin(to, from, from + width)
  const add = (from: number, to: number, width: number, factor = 1) => {
    for (let i = 0; i < width; i++) f[to + i]! += factor * f[from + i]!
  }
  const known = (index: number, n: number) => {
    let count = 0
    for (let i = 0; i < n; i++) if (ints[index + i]! >= 0) count++
    return count
  }
  return {
    gather(index, table, y, count, width) {
      for (let i = 0; i < count; i++) copy(table + ints[index + i]! * width, y + i * width, width)
    },
    scatterAdd(index, dy, dTable, count, width) {
      for (let i = 0; i < count; i++) add(dy + i * width, dTable + ints[index + i]! * width, width)
    },
    bag(index, table, y, bags, n, width) {
      f.fill(0, y, y + bags * width)
      for (let b = 0; b < bags; b++) {
        const factor = 1 / Math.max(1, known(index + b * n, n))
        for (let i = 0; i < n; i++) {
          const row = ints[index + b * n + i]!
          if (row >= 0) add(table + row * width, y + b * width, width, factor)
        }
      }
    },
    bagAdd(index, dy, dTable, bags, n, width) {
      for (let b = 0; b < bags; b++) {
        const factor = 1 / Math.max(1, known(index + b * n, n))
        for (let i = 0; i < n; i++) {
          const row = ints[index + b * n + i]!
          if (row >= 0) add(dy + b * width, dTable + row * width, width, factor)
        }
      }
    },
    selectRows(x, steps, y, samples, time, count, width) {
      for (let s = 0; s < samples; s++) {
        for (let i = 0; i < count; i++) {
          const from = x + (s * time + ints[steps + i]!) * width
          copy(from, y + (s * count + i) * width, width)
        }
      }
    },
    selectAdd(x, steps, y, samples, time, count, width) {
      for (let s = 0; s < samples; s++) {
        for (let i = 0; i < count; i++) {
          const to = x + (s * time + ints[steps + i]!) * width
          add(y + (s * count + i) * width, to, width)
        }
      }
    },
    copyBlocks(from, fromStride, to, toStride, rows, width) {
      for (let r = 0; r < rows; r++) copy(from + r * fromStride, to + r * toStride, width)
    },
    addBlocks(from, fromStride, to, toStride, rows, width) {
      for (let r = 0; r < rows; r++) add(from + r * fromStride, to + r * toStride, width)
    },
    repeatBlocks(from, to, samples, repeats, width) {
      for (let s = 0; s < samples; s++) {
        for (let r = 0; r < repeats; r++)
          copy(from + s * width, to + (s * repeats + r) * width, width)
      }
    },
    addRepeats(from, to, samples, repeats, width) {
      for (let s = 0; s < samples; s++) {
        for (let r = 0; r < repeats; r++)
          add(from + (s * repeats + r) * width, to + s * width, width)
      }
    },
  }
}
