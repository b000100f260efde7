// The inner loops of all matrix products. Sums of a block of C stay in registers: of the sixteen that
// WASM gets, twelve hold sums, two a row of B, one an element of A. (Measured on a Zen 5 core: 60
// GFLOP/s of 68; blocks of 4 × 8 reach 55, larger ones spill and halve that, unrolling by 4 loses a
// fifth.)

import { multiplyAdd, storeSome } from './vector'

function storeRow(to: usize, left: v128, right: v128, columns: i32): void {
  storeSome(to, left, columns)
  storeSome(to + 16, right, columns - 4)
}

/** Six rows × eight columns: 12 sums stay in registers. Rows past the end repeat the last one. */
export function block6(a: usize, lda: usize, tap: usize, taps: i32, b: usize, ldb: usize, c: usize, ldc: usize, rows: i32, columns: i32, k: i32, bias: usize, accumulate: bool): void {
  const last = rows - 1
  let a0 = a
  let a1 = a + lda * min(last, 1)
  let a2 = a + lda * min(last, 2)
  let a3 = a + lda * min(last, 3)
  let a4 = a + lda * min(last, 4)
  let a5 = a + lda * min(last, 5)
  const r0 = c
  const r1 = c + ldc * min(last, 1)
  const r2 = c + ldc * min(last, 2)
  const r3 = c + ldc * min(last, 3)
  const r4 = c + ldc * min(last, 4)
  const r5 = c + ldc * min(last, 5)
  let s0: v128, t0: v128, s1: v128, t1: v128, s2: v128, t2: v128, s3: v128, t3: v128, s4: v128, t4: v128, s5: v128, t5: v128
  if (accumulate) {
    s0 = v128.load(r0)
    t0 = v128.load(r0, 16)
    s1 = v128.load(r1)
    t1 = v128.load(r1, 16)
    s2 = v128.load(r2)
    t2 = v128.load(r2, 16)
    s3 = v128.load(r3)
    t3 = v128.load(r3, 16)
    s4 = v128.load(r4)
    t4 = v128.load(r4, 16)
    s5 = v128.load(r5)
    t5 = v128.load(r5, 16)
  } else {
    s0 = bias == 0 ? f32x4.splat(0) : v128.load(bias)
    t0 = bias == 0 ? f32x4.splat(0) : v128.load(bias, 16)
    s1 = s0
    t1 = t0
    s2 = s0
    t2 = t0
    s3 = s0
    t3 = t0
    s4 = s0
    t4 = t0
    s5 = s0
    t5 = t0
  }
  const skip = tap - (<usize>k << 2)
  for (let j = 0; j < taps; j++) {
    for (let p = 0; p < k; p++) {
      const left = v128.load(b)
      const right = v128.load(b, 16)
      const x0 = v128.load32_splat(a0)
      s0 = multiplyAdd(x0, left, s0)
      t0 = multiplyAdd(x0, right, t0)
      const x1 = v128.load32_splat(a1)
      s1 = multiplyAdd(x1, left, s1)
      t1 = multiplyAdd(x1, right, t1)
      const x2 = v128.load32_splat(a2)
      s2 = multiplyAdd(x2, left, s2)
      t2 = multiplyAdd(x2, right, t2)
      const x3 = v128.load32_splat(a3)
      s3 = multiplyAdd(x3, left, s3)
      t3 = multiplyAdd(x3, right, t3)
      const x4 = v128.load32_splat(a4)
      s4 = multiplyAdd(x4, left, s4)
      t4 = multiplyAdd(x4, right, t4)
      const x5 = v128.load32_splat(a5)
      s5 = multiplyAdd(x5, left, s5)
      t5 = multiplyAdd(x5, right, t5)
      a0 += 4
      a1 += 4
      a2 += 4
      a3 += 4
      a4 += 4
      a5 += 4
      b += ldb
    }
    a0 += skip
    a1 += skip
    a2 += skip
    a3 += skip
    a4 += skip
    a5 += skip
  }
  if (columns >= 8) {
    v128.store(r0, s0)
    v128.store(r0, t0, 16)
    v128.store(r1, s1)
    v128.store(r1, t1, 16)
    v128.store(r2, s2)
    v128.store(r2, t2, 16)
    v128.store(r3, s3)
    v128.store(r3, t3, 16)
    v128.store(r4, s4)
    v128.store(r4, t4, 16)
    v128.store(r5, s5)
    v128.store(r5, t5, 16)
  } else {
    storeRow(r0, s0, t0, columns)
    storeRow(r1, s1, t1, columns)
    storeRow(r2, s2, t2, columns)
    storeRow(r3, s3, t3, columns)
    storeRow(r4, s4, t4, columns)
    storeRow(r5, s5, t5, columns)
  }
}

/** Four rows × eight columns: 8 sums stay in registers. Rows past the end repeat the last one. */
export function block4(a: usize, lda: usize, tap: usize, taps: i32, b: usize, ldb: usize, c: usize, ldc: usize, rows: i32, columns: i32, k: i32, bias: usize, accumulate: bool): void {
  const last = rows - 1
  let a0 = a
  let a1 = a + lda * min(last, 1)
  let a2 = a + lda * min(last, 2)
  let a3 = a + lda * min(last, 3)
  const r0 = c
  const r1 = c + ldc * min(last, 1)
  const r2 = c + ldc * min(last, 2)
  const r3 = c + ldc * min(last, 3)
  let s0: v128, t0: v128, s1: v128, t1: v128, s2: v128, t2: v128, s3: v128, t3: v128
  if (accumulate) {
    s0 = v128.load(r0)
    t0 = v128.load(r0, 16)
    s1 = v128.load(r1)
    t1 = v128.load(r1, 16)
    s2 = v128.load(r2)
    t2 = v128.load(r2, 16)
    s3 = v128.load(r3)
    t3 = v128.load(r3, 16)
  } else {
    s0 = bias == 0 ? f32x4.splat(0) : v128.load(bias)
    t0 = bias == 0 ? f32x4.splat(0) : v128.load(bias, 16)
    s1 = s0
    t1 = t0
    s2 = s0
    t2 = t0
    s3 = s0
    t3 = t0
  }
  const skip = tap - (<usize>k << 2)
  for (let j = 0; j < taps; j++) {
    for (let p = 0; p < k; p++) {
      const left = v128.load(b)
      const right = v128.load(b, 16)
      const x0 = v128.load32_splat(a0)
      s0 = multiplyAdd(x0, left, s0)
      t0 = multiplyAdd(x0, right, t0)
      const x1 = v128.load32_splat(a1)
      s1 = multiplyAdd(x1, left, s1)
      t1 = multiplyAdd(x1, right, t1)
      const x2 = v128.load32_splat(a2)
      s2 = multiplyAdd(x2, left, s2)
      t2 = multiplyAdd(x2, right, t2)
      const x3 = v128.load32_splat(a3)
      s3 = multiplyAdd(x3, left, s3)
      t3 = multiplyAdd(x3, right, t3)
      a0 += 4
      a1 += 4
      a2 += 4
      a3 += 4
      b += ldb
    }
    a0 += skip
    a1 += skip
    a2 += skip
    a3 += skip
  }
  if (columns >= 8) {
    v128.store(r0, s0)
    v128.store(r0, t0, 16)
    v128.store(r1, s1)
    v128.store(r1, t1, 16)
    v128.store(r2, s2)
    v128.store(r2, t2, 16)
    v128.store(r3, s3)
    v128.store(r3, t3, 16)
  } else {
    storeRow(r0, s0, t0, columns)
    storeRow(r1, s1, t1, columns)
    storeRow(r2, s2, t2, columns)
    storeRow(r3, s3, t3, columns)
  }
}

/** Six rows × eight columns of C += Aᵀ B: the rows are columns of A. */
export function blockLeftTransposed6(a: usize, lda: usize, b: usize, ldb: usize, c: usize, ldc: usize, rows: i32, columns: i32, k: i32): void {
  const r0 = c
  const r1 = c + ldc * 1
  const r2 = c + ldc * 2
  const r3 = c + ldc * 3
  const r4 = c + ldc * 4
  const r5 = c + ldc * 5
  let s0 = v128.load(r0)
  let t0 = v128.load(r0, 16)
  let s1 = v128.load(r1)
  let t1 = v128.load(r1, 16)
  let s2 = v128.load(r2)
  let t2 = v128.load(r2, 16)
  let s3 = v128.load(r3)
  let t3 = v128.load(r3, 16)
  let s4 = v128.load(r4)
  let t4 = v128.load(r4, 16)
  let s5 = v128.load(r5)
  let t5 = v128.load(r5, 16)
  for (let p = 0; p < k; p++) {
    const left = v128.load(b)
    const right = v128.load(b, 16)
    const x0 = v128.load32_splat(a)
    s0 = multiplyAdd(x0, left, s0)
    t0 = multiplyAdd(x0, right, t0)
    const x1 = v128.load32_splat(a, 4)
    s1 = multiplyAdd(x1, left, s1)
    t1 = multiplyAdd(x1, right, t1)
    const x2 = v128.load32_splat(a, 8)
    s2 = multiplyAdd(x2, left, s2)
    t2 = multiplyAdd(x2, right, t2)
    const x3 = v128.load32_splat(a, 12)
    s3 = multiplyAdd(x3, left, s3)
    t3 = multiplyAdd(x3, right, t3)
    const x4 = v128.load32_splat(a, 16)
    s4 = multiplyAdd(x4, left, s4)
    t4 = multiplyAdd(x4, right, t4)
    const x5 = v128.load32_splat(a, 20)
    s5 = multiplyAdd(x5, left, s5)
    t5 = multiplyAdd(x5, right, t5)
    a += lda
    b += ldb
  }
  if (columns >= 8) {
    v128.store(r0, s0)
    v128.store(r0, t0, 16)
    v128.store(r1, s1)
    v128.store(r1, t1, 16)
    v128.store(r2, s2)
    v128.store(r2, t2, 16)
    v128.store(r3, s3)
    v128.store(r3, t3, 16)
    v128.store(r4, s4)
    v128.store(r4, t4, 16)
    v128.store(r5, s5)
    v128.store(r5, t5, 16)
  } else {
    storeRow(r0, s0, t0, columns)
    storeRow(r1, s1, t1, columns)
    storeRow(r2, s2, t2, columns)
    storeRow(r3, s3, t3, columns)
    storeRow(r4, s4, t4, columns)
    storeRow(r5, s5, t5, columns)
  }
}

/** Four rows × eight columns of C += Aᵀ B: the rows are columns of A. */
export function blockLeftTransposed4(a: usize, lda: usize, b: usize, ldb: usize, c: usize, ldc: usize, rows: i32, columns: i32, k: i32): void {
  const last = rows - 1
  const o0 = <usize>min(last, 0) << 2
  const o1 = <usize>min(last, 1) << 2
  const o2 = <usize>min(last, 2) << 2
  const o3 = <usize>min(last, 3) << 2
  const r0 = c + ldc * min(last, 0)
  const r1 = c + ldc * min(last, 1)
  const r2 = c + ldc * min(last, 2)
  const r3 = c + ldc * min(last, 3)
  let s0 = v128.load(r0)
  let t0 = v128.load(r0, 16)
  let s1 = v128.load(r1)
  let t1 = v128.load(r1, 16)
  let s2 = v128.load(r2)
  let t2 = v128.load(r2, 16)
  let s3 = v128.load(r3)
  let t3 = v128.load(r3, 16)
  for (let p = 0; p < k; p++) {
    const left = v128.load(b)
    const right = v128.load(b, 16)
    const x0 = v128.load32_splat(a + o0)
    s0 = multiplyAdd(x0, left, s0)
    t0 = multiplyAdd(x0, right, t0)
    const x1 = v128.load32_splat(a + o1)
    s1 = multiplyAdd(x1, left, s1)
    t1 = multiplyAdd(x1, right, t1)
    const x2 = v128.load32_splat(a + o2)
    s2 = multiplyAdd(x2, left, s2)
    t2 = multiplyAdd(x2, right, t2)
    const x3 = v128.load32_splat(a + o3)
    s3 = multiplyAdd(x3, left, s3)
    t3 = multiplyAdd(x3, right, t3)
    a += lda
    b += ldb
  }
  if (columns >= 8) {
    v128.store(r0, s0)
    v128.store(r0, t0, 16)
    v128.store(r1, s1)
    v128.store(r1, t1, 16)
    v128.store(r2, s2)
    v128.store(r2, t2, 16)
    v128.store(r3, s3)
    v128.store(r3, t3, 16)
  } else {
    storeRow(r0, s0, t0, columns)
    storeRow(r1, s1, t1, columns)
    storeRow(r2, s2, t2, columns)
    storeRow(r3, s3, t3, columns)
  }
}
