import type { TreeKernel } from './kernel.ts'

/** The kernel in plain TypeScript: the reference of src/wasm/trees.ts and its stand-in. */
export function plainKernel(memory: WebAssembly.Memory): TreeKernel {
  const bytes = new Uint8Array(memory.buffer)
  const words = new Uint32Array(memory.buffer)
  const floats = new Float32Array(memory.buffer)
  const doubles = new Float64Array(memory.buffer)
  return {
    histogram(bins, stride, index, count, pairs, out, slotBytes) {
      for (let i = 0; i < count; i++) {
        const row = words[index / 4 + i]!
        for (let c = 0; c < 8; c++) {
          const slot = (out + c * slotBytes) / 8 + 2 * bytes[bins + row * stride + c]!
          doubles[slot]! += floats[pairs / 4 + 2 * row]!
          doubles[slot + 1]! += floats[pairs / 4 + 2 * row + 1]!
        }
      }
    },
    subtract(from, what, size) {
      for (let i = 0; i < size / 8; i++) doubles[from / 8 + i]! -= doubles[what / 8 + i]!
    },
    scanNumber(hist, binCount, rules, node, plain, monotone, out) {
      const slots = doubles.subarray(hist / 8, hist / 8 + 2 * (binCount + 1))
      const found = scan(slots, doubles.subarray(rules / 8), doubles.subarray(node / 8), {
        plain: plain !== 0,
        monotone,
      })
      doubles.set(found, out / 8)
    },
    partition(column, stride, index, count, table, scratch) {
      let left = 0
      let right = 0
      for (let i = 0; i < count; i++) {
        const row = words[index / 4 + i]!
        if (bytes[table + bytes[column + row * stride]!] === 1) words[index / 4 + left++] = row
        else words[scratch / 4 + right++] = row
      }
      words.copyWithin(index / 4 + left, scratch / 4, scratch / 4 + right)
      return left
    },
    addToRows(index, count, scores, outputs, value) {
      for (let i = 0; i < count; i++)
        doubles[scores / 8 + words[index / 4 + i]! * outputs]! += value
    },
    sumPairs(index, count, pairs, out) {
      let g = 0
      let h = 0
      for (let i = 0; i < count; i++) {
        const row = words[index / 4 + i]!
        g += floats[pairs / 4 + 2 * row]!
        h += floats[pairs / 4 + 2 * row + 1]!
      }
      doubles[out / 8] = g
      doubles[out / 8 + 1] = h
    },
    histogramOfFour(bins, stride, index, count, pairs, columns) {
      for (let i = 0; i < count; i++) {
        const row = words[index / 4 + i]!
        for (let c = 0; c < 4; c++) {
          const column = words[columns / 4 + 2 * c]!
          const slot =
            words[columns / 4 + 2 * c + 1]! / 8 + 2 * bytes[bins + row * stride + column]!
          doubles[slot]! += floats[pairs / 4 + 2 * row]!
          doubles[slot + 1]! += floats[pairs / 4 + 2 * row + 1]!
        }
      }
    },
    walkTree(nodes, children, sets, useSets, root, depth, bins, stride, rows, leaves) {
      for (let row = 0; row < rows; row++) {
        let node = root
        for (let level = 0; level < depth; level++) {
          const record = nodes + 8 * node
          const column = bytes[record]! + 256 * bytes[record + 1]!
          const bin = bytes[bins + row * stride + column]!
          const length = bytes[record + 4]! + 256 * bytes[record + 5]!
          const isIn = ((bytes[sets + 32 * node + (bin >> 3)]! >> (bin & 7)) & 1) === 1
          const isLeft = useSets ? isIn : ((bin - bytes[record + 2]!) & 255) < length
          node = words[children / 4 + 2 * node + (isLeft ? 0 : 1)]!
        }
        words[leaves / 4 + row] = node
      }
    },
    addLeaves(leaves, rows, values, width, scores, outputs) {
      for (let row = 0; row < rows; row++) {
        doubles[scores / 8 + row * outputs]! +=
          doubles[values / 8 + words[leaves / 4 + row]! * width]!
      }
    },
  }
}

interface ScanMode {
  /** Gains are G²/(H + λ2): no L1, no limit on values, no order to keep. */
  readonly plain: boolean
  readonly monotone: number
}

/** Every cut of a number with missing values right, then left; the first of the best wins. */
function scan(
  slots: Float64Array,
  rules: Float64Array,
  node: Float64Array,
  mode: ScanMode,
): number[] {
  const [totalG, totalH, rowsHessian, toBeat] = node as unknown as [number, number, number, number]
  const least = Math.max(rules[2]!, rowsHessian)
  const hasMissing = slots[1] !== 0
  const last = slots.length / 2 - 1
  let best = [-Infinity, -1, 0, 0, 0]
  let most = toBeat
  for (const side of hasMissing ? [0, 1] : [0]) {
    let g = side === 1 ? slots[0]! : 0
    let h = side === 1 ? slots[1]! : 0
    for (let bin = 1 - side; bin <= (side === 0 && hasMissing ? last : last - 1); bin++) {
      if (bin > 0) g += slots[2 * bin]!
      if (bin > 0) h += slots[2 * bin + 1]!
      if (h < least || totalH - h < least) continue
      const gain = splitGain([g, h, totalG - g, totalH - h], rules, node, mode)
      if (!(gain > most)) continue
      most = gain
      best = [gain - toBeat, bin, side, g, h]
    }
  }
  return best
}

/** Sum of the gains of both leaves: −(2 T(G) v + (H + λ2) v²), T the L1 shrinkage, v the leaf value. */
export function splitGain(
  sums: readonly [gl: number, hl: number, gr: number, hr: number],
  rules: Float64Array,
  node: Float64Array,
  mode: ScanMode,
): number {
  const [gl, hl, gr, hr] = sums
  const lambda2 = rules[1]!
  if (mode.plain) return (gl * gl) / (hl + lambda2) + (gr * gr) / (hr + lambda2)
  const left = leafValue(gl, hl, rules, node)
  const right = leafValue(gr, hr, rules, node)
  if ((mode.monotone > 0 && left > right) || (mode.monotone < 0 && left < right)) return -Infinity
  return leafGain(gl, hl, left, rules) + leafGain(gr, hr, right, rules)
}

/** Newton step −T(G)/(H + λ2) within the most step and the bounds of the node. */
export function leafValue(g: number, h: number, rules: Float64Array, node: Float64Array): number {
  let value = -shrink(g, rules[0]!) / (h + rules[1]!)
  const most = rules[3]!
  if (most > 0) value = Math.min(most, Math.max(-most, value))
  return Math.min(node[5]!, Math.max(node[4]!, value))
}

/** Loss that a leaf of `value` saves. */
export function leafGain(g: number, h: number, value: number, rules: Float64Array): number {
  return -(2 * shrink(g, rules[0]!) * value + (h + rules[1]!) * value * value)
}

function shrink(g: number, lambda1: number): number {
  const rest = Math.max(0, Math.abs(g) - lambda1)
  return g > 0 ? rest : -rest
}
