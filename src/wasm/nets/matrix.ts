// Matrix products cut into blocks, transposition, sums over rows.

import { block4, block6, blockLeftTransposed4, blockLeftTransposed6 } from './blocks'
import { address, storeSome } from './vector'

/**
 * C[m × n] = Σ_taps A_tap[m × k] B_tap[k × n] + bias, on byte addresses and strides. The taps of A lie
 * `tap` bytes apart, those of B one behind the other (ldb must be n then).
 */
export function product(
  a: usize,
  lda: usize,
  tap: usize,
  taps: i32,
  b: usize,
  ldb: usize,
  c: usize,
  ldc: usize,
  m: i32,
  n: i32,
  k: i32,
  bias: usize,
  accumulate: bool,
): void {
  let sixes = m / 6
  let rest = m % 6
  // Two blocks of four for seven and eight rows; five rows go as six.
  if ((rest == 1 || rest == 2) && sixes > 0) {
    sixes--
    rest += 6
  }
  if (rest == 5) {
    sixes++
    rest = 0
  }
  let row = 0
  for (; sixes > 0; sixes--, row += 6) {
    const rows = min(6, m - row)
    const from = a + <usize>row * lda
    const to = c + <usize>row * ldc
    for (let j = 0; j < n; j += 8) {
      const at = <usize>j << 2
      const start = bias == 0 ? 0 : bias + at
      block6(from, lda, tap, taps, b + at, ldb, to + at, ldc, rows, n - j, k, start, accumulate)
    }
  }
  for (; row < m; row += 4) {
    const rows = min(4, m - row)
    const from = a + <usize>row * lda
    const to = c + <usize>row * ldc
    for (let j = 0; j < n; j += 8) {
      const at = <usize>j << 2
      const start = bias == 0 ? 0 : bias + at
      block4(from, lda, tap, taps, b + at, ldb, to + at, ldc, rows, n - j, k, start, accumulate)
    }
  }
}

/** Elements of A and B together that fit into the first cache while a block of C is summed. */
const PANEL = 6144

/** C[m × n] += Aᵀ B, on byte addresses and strides; in panels of rows. */
export function productLeftTransposed(
  a: usize,
  lda: usize,
  b: usize,
  ldb: usize,
  c: usize,
  ldc: usize,
  m: i32,
  n: i32,
  k: i32,
): void {
  const panel = max(16, PANEL / (m + n))
  for (let start = 0; start < k; start += panel) {
    const depth = min(panel, k - start)
    const from = a + <usize>start * lda
    const other = b + <usize>start * ldb
    let row = 0
    const rest = m % 6
    // 32 = 4 · 6 + 2 · 4: no row computed twice where fours and sixes do.
    const sixes = rest == 0 ? m : rest == 4 ? m - 4 : rest == 2 && m >= 8 ? m - 8 : m - rest
    for (; row < sixes; row += 6) {
      for (let j = 0; j < n; j += 8) {
        const at = <usize>j << 2
        const to = c + <usize>row * ldc + at
        blockLeftTransposed6(from + (<usize>row << 2), lda, other + at, ldb, to, ldc, 6, n - j, depth)
      }
    }
    for (; row < m; row += 4) {
      const rows = min(4, m - row)
      for (let j = 0; j < n; j += 8) {
        const at = <usize>j << 2
        const to = c + <usize>row * ldc + at
        blockLeftTransposed4(from + (<usize>row << 2), lda, other + at, ldb, to, ldc, rows, n - j, depth)
      }
    }
  }
}

export function gemm(
  a: i32,
  lda: i32,
  b: i32,
  ldb: i32,
  c: i32,
  ldc: i32,
  m: i32,
  n: i32,
  k: i32,
  bias: i32,
  accumulate: i32,
): void {
  const start = bias < 0 ? 0 : address(bias)
  product(address(a), address(lda), 0, 1, address(b), address(ldb), address(c), address(ldc),
    m, n, k, start, accumulate != 0)
}

export function gemmLeftTransposed(
  a: i32,
  lda: i32,
  b: i32,
  ldb: i32,
  c: i32,
  ldc: i32,
  m: i32,
  n: i32,
  k: i32,
): void {
  productLeftTransposed(address(a), address(lda), address(b), address(ldb), address(c),
    address(ldc), m, n, k)
}

export function transpose(from: i32, to: i32, rows: i32, columns: i32): void {
  for (let r = 0; r < rows; r++) {
    let source = address(from + r * columns)
    let target = address(to + r)
    for (let c = 0; c < columns; c++) {
      store<f32>(target, load<f32>(source))
      source += 4
      target += <usize>rows << 2
    }
  }
}

export function addColumnSums(from: i32, to: i32, rows: i32, columns: i32): void {
  const stride = <usize>columns << 2
  for (let c = 0; c < columns; c += 4) {
    let source = address(from + c)
    const target = address(to + c)
    // Two sums, so that one addition need not wait for the other.
    let even = v128.load(target)
    let odd = f32x4.splat(0)
    let r = 0
    for (; r + 2 <= rows; r += 2) {
      even = f32x4.add(even, v128.load(source))
      odd = f32x4.add(odd, v128.load(source + stride))
      source += stride << 1
    }
    if (r < rows) even = f32x4.add(even, v128.load(source))
    storeSome(target, f32x4.add(even, odd), columns - c)
  }
}
