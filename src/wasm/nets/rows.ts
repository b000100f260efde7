// Kernels that move rows about: embeddings, selections, joins.

import { address, multiplyAdd, storeSome } from './vector'

/** Rows are short: the engine's own copy costs more to call than it copies. */
// @ts-ignore: decorator
@inline
function copyRow(from: usize, to: usize, width: i32): void {
  let i = 0
  for (; i + 4 <= width; i += 4) {
    v128.store(to, v128.load(from))
    from += 16
    to += 16
  }
  if (i < width) storeSome(to, v128.load(from), width - i)
}

/** to += factor · from. */
// @ts-ignore: decorator
@inline
function addRow(from: usize, to: usize, width: i32, factor: v128): void {
  let i = 0
  for (; i + 4 <= width; i += 4) {
    v128.store(to, multiplyAdd(factor, v128.load(from), v128.load(to)))
    from += 16
    to += 16
  }
  if (i < width) storeSome(to, multiplyAdd(factor, v128.load(from), v128.load(to)), width - i)
}

// @ts-ignore: decorator
@inline
function indexAt(index: i32, i: i32): i32 {
  return load<i32>(address(index + i))
}

export function gather(index: i32, table: i32, y: i32, count: i32, width: i32): void {
  for (let i = 0; i < count; i++) {
    copyRow(address(table + indexAt(index, i) * width), address(y + i * width), width)
  }
}

export function scatterAdd(index: i32, dy: i32, dTable: i32, count: i32, width: i32): void {
  const one = f32x4.splat(1)
  for (let i = 0; i < count; i++) {
    addRow(address(dy + i * width), address(dTable + indexAt(index, i) * width), width, one)
  }
}

function shareOfEach(index: i32, n: i32): v128 {
  let count = 0
  for (let i = 0; i < n; i++) if (indexAt(index, i) >= 0) count++
  return f32x4.splat(<f32>1 / <f32>max(1, count))
}

export function bag(index: i32, table: i32, y: i32, bags: i32, n: i32, width: i32): void {
  memory.fill(address(y), 0, address(bags * width))
  for (let b = 0; b < bags; b++) {
    const factor = shareOfEach(index + b * n, n)
    for (let i = 0; i < n; i++) {
      const row = indexAt(index, b * n + i)
      if (row >= 0) addRow(address(table + row * width), address(y + b * width), width, factor)
    }
  }
}

export function bagAdd(index: i32, dy: i32, dTable: i32, bags: i32, n: i32, width: i32): void {
  for (let b = 0; b < bags; b++) {
    const factor = shareOfEach(index + b * n, n)
    for (let i = 0; i < n; i++) {
      const row = indexAt(index, b * n + i)
      if (row >= 0) addRow(address(dy + b * width), address(dTable + row * width), width, factor)
    }
  }
}

export function selectRows(
  x: i32,
  steps: i32,
  y: i32,
  samples: i32,
  time: i32,
  count: i32,
  width: i32,
): void {
  for (let s = 0; s < samples; s++) {
    for (let i = 0; i < count; i++) {
      const from = x + (s * time + indexAt(steps, i)) * width
      copyRow(address(from), address(y + (s * count + i) * width), width)
    }
  }
}

export function selectAdd(
  x: i32,
  steps: i32,
  y: i32,
  samples: i32,
  time: i32,
  count: i32,
  width: i32,
): void {
  const one = f32x4.splat(1)
  for (let s = 0; s < samples; s++) {
    for (let i = 0; i < count; i++) {
      const to = x + (s * time + indexAt(steps, i)) * width
      addRow(address(y + (s * count + i) * width), address(to), width, one)
    }
  }
}

export function copyBlocks(
  from: i32,
  fromStride: i32,
  to: i32,
  toStride: i32,
  rows: i32,
  width: i32,
): void {
  for (let r = 0; r < rows; r++) {
    copyRow(address(from + r * fromStride), address(to + r * toStride), width)
  }
}

export function addBlocks(
  from: i32,
  fromStride: i32,
  to: i32,
  toStride: i32,
  rows: i32,
  width: i32,
): void {
  const one = f32x4.splat(1)
  for (let r = 0; r < rows; r++) {
    addRow(address(from + r * fromStride), address(to + r * toStride), width, one)
  }
}

export function repeatBlocks(from: i32, to: i32, samples: i32, repeats: i32, width: i32): void {
  for (let s = 0; s < samples; s++) {
    for (let r = 0; r < repeats; r++) {
      copyRow(address(from + s * width), address(to + (s * repeats + r) * width), width)
    }
  }
}

export function addRepeats(from: i32, to: i32, samples: i32, repeats: i32, width: i32): void {
  const one = f32x4.splat(1)
  for (let s = 0; s < samples; s++) {
    for (let r = 0; r < repeats; r++) {
      addRow(address(from + (s * repeats + r) * width), address(to + s * width), width, one)
    }
  }
}
