// asc: --importMemory --sharedMemory --maximumMemory 65536 --enable threads
// AssemblyScript, compiled by scripts/build-wasm.mjs. The plain path of every function is in
// src/learn/trees/plain-kernel.ts; src/learn/trees/kernel.test.ts holds the two together, bit for bit.
// Memory is imported, so that threads share it; nothing here allocates. Addresses are bytes.

/** Adds a gradient pair to the slot of a bin: 16 bytes, two f64. */
// @ts-ignore: decorator
@inline
function add(slot: usize, pair: v128): void {
  v128.store(slot, f64x2.add(v128.load(slot), pair))
}

/** Eight columns of one row; S is the number of bytes of a column's histogram. */
// @ts-ignore: decorator
@inline
function addRow(bins: usize, pair: v128, out: usize, S: usize): void {
  const low = load<u32>(bins)
  const high = load<u32>(bins, 4)
  add(out + ((low << 4) & 0xff0), pair)
  add(out + S + ((low >>> 4) & 0xff0), pair)
  add(out + 2 * S + ((low >>> 12) & 0xff0), pair)
  add(out + 3 * S + ((low >>> 20) & 0xff0), pair)
  add(out + 4 * S + ((high << 4) & 0xff0), pair)
  add(out + 5 * S + ((high >>> 4) & 0xff0), pair)
  add(out + 6 * S + ((high >>> 12) & 0xff0), pair)
  add(out + 7 * S + ((high >>> 20) & 0xff0), pair)
}

// @ts-ignore: decorator
@inline
function build(bins: usize, stride: usize, index: usize, count: i32, pairs: usize, out: usize, S: usize): void {
  const end = index + (<usize>count << 2)
  for (let at = index; at < end; at += 4) {
    const row = <usize>load<u32>(at)
    const pair = f64x2.promote_low_f32x4(v128.load64_zero(pairs + (row << 3)))
    addRow(bins + row * stride, pair, out, S)
  }
}

/**
 * Adds the (gradient, hessian) of `count` rows listed at `index` (u32) to the bins of eight
 * neighbouring columns. pairs: rows × 2 × f32; out: 8 × slotBytes, slots of 16 bytes a bin.
 */
export function histogram(bins: usize, stride: usize, index: usize, count: i32, pairs: usize, out: usize, slotBytes: usize): void {
  if (slotBytes == 4096) build(bins, stride, index, count, pairs, out, 4096)
  else if (slotBytes == 1024) build(bins, stride, index, count, pairs, out, 1024)
  else build(bins, stride, index, count, pairs, out, 256)
}

/** from[i] −= what[i] over `bytes` / 8 f64. */
export function subtract(from: usize, what: usize, bytes: usize): void {
  const end = from + bytes
  while (from < end) {
    v128.store(from, f64x2.sub(v128.load(from), v128.load(what)))
    v128.store(from, f64x2.sub(v128.load(from, 16), v128.load(what, 16)), 16)
    from += 32
    what += 32
  }
}

/** Soft threshold of the L1 penalty. */
// @ts-ignore: decorator
@inline
function shrink(g: f64, lambda1: f64): f64 {
  const rest = max(0, abs(g) - lambda1)
  return g > 0 ? rest : -rest
}

// @ts-ignore: decorator
@inline
function leafValue(g: f64, h: f64, rules: usize, node: usize): f64 {
  let value = -shrink(g, load<f64>(rules)) / (h + load<f64>(rules, 8))
  const most = load<f64>(rules, 24)
  if (most > 0) value = min(most, max(-most, value))
  return min(load<f64>(node, 40), max(load<f64>(node, 32), value))
}

// @ts-ignore: decorator
@inline
function gainOf(g: f64, h: f64, value: f64, rules: usize): f64 {
  const s = shrink(g, load<f64>(rules))
  return -(2 * s * value + (h + load<f64>(rules, 8)) * value * value)
}

/** Gain of a split where leaf values are limited or must be in order. */
function limitedGain(gl: f64, hl: f64, gr: f64, hr: f64, rules: usize, node: usize, monotone: i32): f64 {
  const left = leafValue(gl, hl, rules, node)
  const right = leafValue(gr, hr, rules, node)
  if ((monotone > 0 && left > right) || (monotone < 0 && left < right)) return -Infinity
  return gainOf(gl, hl, left, rules) + gainOf(gr, hr, right, rules)
}

/**
 * Best cut of a number. hist: slots 0 (missing) … binCount. rules: λ1, λ2, least hessian, most step.
 * node: G, H, hessian that holds the fewest rows allowed, gain to beat, lowest and highest value.
 * plain: 1 when gains are G²/(H + λ2). out: gain over the one to beat (or −∞), bin, missing left,
 * left G, left H. Rows with bin ≤ `bin` go left.
 */
export function scanNumber(hist: usize, binCount: i32, rules: usize, node: usize, plain: i32, monotone: i32, out: usize): void {
  const total = v128.load(node)
  const least = max(load<f64>(rules, 16), load<f64>(node, 16))
  const lambda2 = f64x2.splat(load<f64>(rules, 8))
  let best = load<f64>(node, 24)
  let bestBin = -1
  let bestSide = 0
  let bestLeft = f64x2.splat(0)
  const missing = v128.load(hist)
  const sides = f64x2.extract_lane(missing, 1) != 0 ? 2 : 1
  for (let side = 0; side < sides; side++) {
    let left = side ? missing : f64x2.splat(0)
    const last = side == 0 && sides == 2 ? binCount : binCount - 1
    for (let bin = side ? 0 : 1; bin <= last; bin++) {
      if (bin > 0) left = f64x2.add(left, v128.load(hist + (<usize>bin << 4)))
      const hl = f64x2.extract_lane(left, 1)
      if (hl < least) continue
      const right = f64x2.sub(total, left)
      const hr = f64x2.extract_lane(right, 1)
      if (hr < least) break
      let gain: f64
      if (plain) {
        const g = v128.shuffle<f64>(left, right, 0, 2)
        const h = f64x2.add(v128.shuffle<f64>(left, right, 1, 3), lambda2)
        const both = f64x2.div(f64x2.mul(g, g), h)
        gain = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1)
      } else {
        gain = limitedGain(f64x2.extract_lane(left, 0), hl, f64x2.extract_lane(right, 0), hr, rules, node, monotone)
      }
      if (gain > best) {
        best = gain
        bestBin = bin
        bestSide = side
        bestLeft = left
      }
    }
  }
  store<f64>(out, bestBin < 0 ? -Infinity : best - load<f64>(node, 24))
  store<f64>(out, <f64>bestBin, 8)
  store<f64>(out, <f64>bestSide, 16)
  v128.store(out, bestLeft, 24)
}

/**
 * Moves the rows of `index` whose bin has table[bin] = 1 to the front, both parts in their old
 * order, and returns how many they are. column: address of the column in row 0; scratch: count × 4.
 */
export function partition(column: usize, stride: usize, index: usize, count: i32, table: usize, scratch: usize): i32 {
  let left = index
  let right = scratch
  const end = index + (<usize>count << 2)
  for (let at = index; at < end; at += 4) {
    const row = load<u32>(at)
    const goesLeft = <usize>load<u8>(table + <usize>load<u8>(column + <usize>row * stride))
    store<u32>(left, row)
    store<u32>(right, row)
    left += goesLeft << 2
    right += (1 - goesLeft) << 2
  }
  memory.copy(left, scratch, right - scratch)
  return <i32>((left - index) >>> 2)
}

/** scores[row × outputs] += value for the rows of `index`. */
export function addToRows(index: usize, count: i32, scores: usize, outputs: usize, value: f64): void {
  const step = outputs << 3
  const end = index + (<usize>count << 2)
  for (let at = index; at < end; at += 4) {
    const score = scores + <usize>load<u32>(at) * step
    store<f64>(score, load<f64>(score) + value)
  }
}

/** Sum of the pairs of `count` rows, in order: two f64 to `out`. */
export function sumPairs(index: usize, count: i32, pairs: usize, out: usize): void {
  let sum = f64x2.splat(0)
  const end = index + (<usize>count << 2)
  for (let at = index; at < end; at += 4) {
    sum = f64x2.add(sum, f64x2.promote_low_f32x4(v128.load64_zero(pairs + (<usize>load<u32>(at) << 3))))
  }
  v128.store(out, sum)
}

/** The child that a row goes to from `node` (see walkTree). */
// @ts-ignore: decorator
@inline
function step(nodes: usize, children: usize, sets: usize, useSets: bool, node: usize, row: usize): usize {
  const record = nodes + (node << 3)
  const bin = <u32>load<u8>(row + <usize>load<u16>(record))
  let goesRight: usize
  if (useSets) {
    const word = load<u32>(sets + (node << 5) + ((bin >>> 5) << 2))
    goesRight = <usize>(((word >>> (bin & 31)) & 1) ^ 1)
  } else {
    goesRight = <usize>(((bin - <u32>load<u8>(record, 2)) & 255) >= <u32>load<u16>(record, 4))
  }
  return <usize>load<u32>(children + (((node << 1) + goesRight) << 2))
}

// @ts-ignore: decorator
@inline
function walk(nodes: usize, children: usize, sets: usize, useSets: bool, root: usize, depth: i32, bins: usize, stride: usize, rows: i32, leaves: usize): void {
  let row = 0
  let at = bins
  for (; row + 4 <= rows; row += 4) {
    const at1 = at + stride
    const at2 = at1 + stride
    const at3 = at2 + stride
    let a = root
    let b = root
    let c = root
    let d = root
    for (let level = 0; level < depth; level++) {
      a = step(nodes, children, sets, useSets, a, at)
      b = step(nodes, children, sets, useSets, b, at1)
      c = step(nodes, children, sets, useSets, c, at2)
      d = step(nodes, children, sets, useSets, d, at3)
    }
    const out = leaves + (<usize>row << 2)
    store<u32>(out, <u32>a)
    store<u32>(out, <u32>b, 4)
    store<u32>(out, <u32>c, 8)
    store<u32>(out, <u32>d, 12)
    at = at3 + stride
  }
  for (; row < rows; row++, at += stride) {
    let node = root
    for (let level = 0; level < depth; level++) node = step(nodes, children, sets, useSets, node, at)
    store<u32>(leaves + (<usize>row << 2), <u32>node)
  }
}

/**
 * Walks binned rows down one tree and writes the node each ends at (a leaf is a node whose children
 * are itself) to leaves (rows × u32). nodes: 8 bytes each: u16 column, u8 first bin that counts, u16 at
 * byte 4: how many bins from it go left. children: two u32 a node. sets: 256 bits a node, used in place
 * of the two numbers where useSets. depth: splits on the longest way.
 */
export function walkTree(nodes: usize, children: usize, sets: usize, useSets: i32, root: usize, depth: i32, bins: usize, stride: usize, rows: i32, leaves: usize): void {
  if (useSets) walk(nodes, children, sets, true, root, depth, bins, stride, rows, leaves)
  else walk(nodes, children, sets, false, root, depth, bins, stride, rows, leaves)
}

/** scores[row × outputs] += values[leaves[row] × width], both f64, for `rows` rows in a row. */
export function addLeaves(leaves: usize, rows: i32, values: usize, width: usize, scores: usize, outputs: usize): void {
  const end = leaves + (<usize>rows << 2)
  const size = width << 3
  const next = outputs << 3
  for (let at = leaves; at < end; at += 4) {
    store<f64>(scores, load<f64>(scores) + load<f64>(values + <usize>load<u32>(at) * size))
    scores += next
  }
}

/**
 * As `histogram`, for four columns anywhere in the row. columns: four pairs of u32, the byte of the
 * column in a row and the address of its slots; a column to leave out points to slots of no account.
 */
export function histogramOfFour(bins: usize, stride: usize, index: usize, count: i32, pairs: usize, columns: usize): void {
  const c0 = <usize>load<u32>(columns)
  const o0 = <usize>load<u32>(columns, 4)
  const c1 = <usize>load<u32>(columns, 8)
  const o1 = <usize>load<u32>(columns, 12)
  const c2 = <usize>load<u32>(columns, 16)
  const o2 = <usize>load<u32>(columns, 20)
  const c3 = <usize>load<u32>(columns, 24)
  const o3 = <usize>load<u32>(columns, 28)
  const end = index + (<usize>count << 2)
  for (let at = index; at < end; at += 4) {
    const row = <usize>load<u32>(at)
    const pair = f64x2.promote_low_f32x4(v128.load64_zero(pairs + (row << 3)))
    const own = bins + row * stride
    add(o0 + (<usize>load<u8>(own + c0) << 4), pair)
    add(o1 + (<usize>load<u8>(own + c1) << 4), pair)
    add(o2 + (<usize>load<u8>(own + c2) << 4), pair)
    add(o3 + (<usize>load<u8>(own + c3) << 4), pair)
  }
}
