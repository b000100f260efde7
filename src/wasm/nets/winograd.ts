// Convolutions of width 3 with four products where the direct way takes six (Winograd 1980, F(2, 3);
// Lavin and Gray 2016), on rows that lie `dilation` apart. With taps g0 (oldest), g1, g2 and rows
// d0 … d3 one dilation apart, the two results that end at d2 and d3 are
//
//   y0 = m0 + m1 + m2      m0 = (d0 − d2) g0    m1 = (d1 + d2)(g0 + g1 + g2)/2
//   y1 = m1 − m2 − m3      m3 = (d1 − d3) g2    m2 = (d2 − d1)(g0 − g1 + g2)/2
//
// A block is 2 × dilation rows: d2 its one half, d3 the other. The gradient of the input is the same
// thing with time reversed. Channels and filters must be multiples of four.
//
// work: 4 transformed taps, 4 planes of transformed rows, 4 planes of products (a plane: half of the
// rows × the wider of channels and filters).

import { product, productLeftTransposed } from './matrix'
import { multiplyAdd } from './vector'

/** Blocks that fit into a series; the rows after them go the direct way. */
// @ts-ignore: decorator
@inline
export function blocksOf(time: i32, dilation: i32): i32 {
  return time / (2 * dilation)
}

/** g → g0, (g0 + g1 + g2)/2, (g0 − g1 + g2)/2, g2; `size` bytes each. */
function transformTaps(g: usize, to: usize, size: usize): void {
  const half = f32x4.splat(0.5)
  for (let i: usize = 0; i < size; i += 16) {
    const first = v128.load(g + i)
    const middle = f32x4.mul(half, v128.load(g + size + i))
    const last = v128.load(g + 2 * size + i)
    const outer = f32x4.mul(half, f32x4.add(first, last))
    v128.store(to + i, first)
    v128.store(to + size + i, f32x4.add(outer, middle))
    v128.store(to + 2 * size + i, f32x4.sub(outer, middle))
    v128.store(to + 3 * size + i, last)
  }
}

/** Where the half that d2 and y0 stand for begins in block `b`; `half` is its length in bytes. */
// @ts-ignore: decorator
@inline
function halfAt(rows: usize, total: usize, b: i32, half: usize, reversed: bool): usize {
  return reversed ? rows + total - <usize>(2 * b + 1) * half : rows + <usize>(2 * b) * half
}

/** d0 − d2, d1 + d2, d2 − d1, d1 − d3 of all blocks, one plane behind the other. */
function transformRows(
  x: usize,
  to: usize,
  total: usize,
  blocks: i32,
  half: usize,
  reversed: bool,
): void {
  const step = reversed ? 0 - half : half
  const plane = half * <usize>blocks
  for (let b = 0; b < blocks; b++) {
    const at = halfAt(x, total, b, half, reversed)
    const out = to + <usize>b * half
    if (b == 0) {
      // Before the start all is zero.
      for (let i: usize = 0; i < half; i += 16) {
        const d2 = v128.load(at + i)
        v128.store(out + i, f32x4.neg(d2))
        v128.store(out + plane + i, d2)
        v128.store(out + 2 * plane + i, d2)
        v128.store(out + 3 * plane + i, f32x4.neg(v128.load(at + step + i)))
      }
      continue
    }
    for (let i: usize = 0; i < half; i += 16) {
      const d1 = v128.load(at - step + i)
      const d2 = v128.load(at + i)
      v128.store(out + i, f32x4.sub(v128.load(at - 2 * step + i), d2))
      v128.store(out + plane + i, f32x4.add(d1, d2))
      v128.store(out + 2 * plane + i, f32x4.sub(d2, d1))
      v128.store(out + 3 * plane + i, f32x4.sub(d1, v128.load(at + step + i)))
    }
  }
}

/** y0 and y1 of all blocks from the planes of products; + bias, or += when `accumulate`. */
function combineRows(
  m: usize,
  y: usize,
  total: usize,
  blocks: i32,
  half: usize,
  width: usize,
  bias: usize,
  reversed: bool,
  accumulate: bool,
): void {
  const step = reversed ? 0 - half : half
  const plane = half * <usize>blocks
  for (let b = 0; b < blocks; b++) {
    const at = halfAt(y, total, b, half, reversed)
    const from = m + <usize>b * half
    for (let row: usize = 0; row < half; row += width) {
      for (let j: usize = 0; j < width; j += 16) {
        const i = row + j
        const m1 = v128.load(from + plane + i)
        const m2 = v128.load(from + 2 * plane + i)
        let y0 = f32x4.add(v128.load(from + i), f32x4.add(m1, m2))
        let y1 = f32x4.sub(f32x4.sub(m1, m2), v128.load(from + 3 * plane + i))
        if (accumulate) {
          y0 = f32x4.add(y0, v128.load(at + i))
          y1 = f32x4.add(y1, v128.load(at + step + i))
        } else if (bias != 0) {
          const start = v128.load(bias + j)
          y0 = f32x4.add(y0, start)
          y1 = f32x4.add(y1, start)
        }
        v128.store(at + i, y0)
        v128.store(at + step + i, y1)
      }
    }
  }
}

/** The blocks of y from x (byte addresses) for all samples, forwards or backwards in time. */
export function winogradRows(
  x: usize,
  g: usize,
  bias: usize,
  y: usize,
  work: usize,
  samples: i32,
  time: i32,
  channels: i32,
  filters: i32,
  dilation: i32,
  reversed: bool,
  accumulate: bool,
): void {
  const blocks = blocksOf(time, dilation)
  const lda = <usize>channels << 2
  const ldb = <usize>filters << 2
  const taps = lda * <usize>filters
  const halfIn = lda * <usize>dilation
  const halfOut = ldb * <usize>dilation
  const rows = work + 4 * taps
  const products = rows + 4 * halfIn * <usize>blocks
  transformTaps(g, work, taps)
  for (let s = 0; s < samples; s++) {
    const from = x + <usize>(s * time) * lda
    const to = y + <usize>(s * time) * ldb
    transformRows(from, rows, <usize>time * lda, blocks, halfIn, reversed)
    for (let i: usize = 0; i < 4; i++) {
      const a = rows + i * halfIn * <usize>blocks
      const c = products + i * halfOut * <usize>blocks
      const m = blocks * dilation
      product(a, lda, 0, 1, work + i * taps, ldb, c, ldb, m, filters, channels, 0, false)
    }
    const total = <usize>time * ldb
    combineRows(products, to, total, blocks, halfOut, ldb, bias, reversed, accumulate)
  }
}

/** dy0, dy0 + dy1, dy0 − dy1, −dy1 of all blocks. */
function transformResults(dy: usize, to: usize, blocks: i32, half: usize): void {
  const plane = half * <usize>blocks
  for (let b = 0; b < blocks; b++) {
    const at = dy + <usize>(2 * b) * half
    const out = to + <usize>b * half
    for (let i: usize = 0; i < half; i += 16) {
      const y0 = v128.load(at + i)
      const y1 = v128.load(at + half + i)
      v128.store(out + i, y0)
      v128.store(out + plane + i, f32x4.add(y0, y1))
      v128.store(out + 2 * plane + i, f32x4.sub(y0, y1))
      v128.store(out + 3 * plane + i, f32x4.neg(y1))
    }
  }
}

/** dg += what the gradients of the transformed taps say. */
function foldTaps(from: usize, dg: usize, size: usize): void {
  const half = f32x4.splat(0.5)
  for (let i: usize = 0; i < size; i += 16) {
    const t1 = v128.load(from + size + i)
    const t2 = v128.load(from + 2 * size + i)
    const middle = dg + size + i
    const last = dg + 2 * size + i
    const both = f32x4.add(t1, t2)
    const first = multiplyAdd(half, both, v128.load(from + i))
    v128.store(dg + i, f32x4.add(v128.load(dg + i), first))
    v128.store(middle, multiplyAdd(half, f32x4.sub(t1, t2), v128.load(middle)))
    const third = multiplyAdd(half, both, v128.load(from + 3 * size + i))
    v128.store(last, f32x4.add(v128.load(last), third))
  }
}

/** dg += the part of the weights' gradient that the blocks hold. */
export function winogradWeights(
  x: usize,
  dy: usize,
  dg: usize,
  work: usize,
  samples: i32,
  time: i32,
  channels: i32,
  filters: i32,
  dilation: i32,
): void {
  const blocks = blocksOf(time, dilation)
  const lda = <usize>channels << 2
  const ldb = <usize>filters << 2
  const taps = lda * <usize>filters
  const halfIn = lda * <usize>dilation
  const halfOut = ldb * <usize>dilation
  const rows = work + 4 * taps
  const results = rows + 4 * halfIn * <usize>blocks
  memory.fill(work, 0, 4 * taps)
  for (let s = 0; s < samples; s++) {
    const from = x + <usize>(s * time) * lda
    transformRows(from, rows, <usize>time * lda, blocks, halfIn, false)
    transformResults(dy + <usize>(s * time) * ldb, results, blocks, halfOut)
    for (let i: usize = 0; i < 4; i++) {
      const a = rows + i * halfIn * <usize>blocks
      const b = results + i * halfOut * <usize>blocks
      const k = blocks * dilation
      productLeftTransposed(a, lda, b, ldb, work + i * taps, ldb, channels, filters, k)
    }
  }
  foldTaps(work, dg, taps)
}
