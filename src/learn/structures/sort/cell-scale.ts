import { floatOf, keyOf } from './float-keys.ts'

/** How a value finds its cell. */
export type CellScale =
  /** cell = (x − low) × scale */
  | { readonly kind: 'linear'; readonly low: number; readonly scale: number }
  /** cell = (key(x) − key(low)) >> shift: about linear in the logarithm */
  | { readonly kind: 'key'; readonly low: number; readonly shift: number }
  /** cell = (x − low) >> shift, of whole numbers */
  | { readonly kind: 'whole'; readonly low: number; readonly shift: number }

/** Undefined where the sample has one value, or so wide a range that its width is infinite. */
export function linearScale(sample: Float64Array, cells: number): CellScale | undefined {
  const [low, high] = endsOf(sample)
  const scale = (cells - 1) / (high - low)
  return scale > 0 && Number.isFinite(scale) ? { kind: 'linear', low, scale } : undefined
}

/** Cells of equal width in the bits of the value. */
export function keyScale(sample: Float64Array, cells: number): CellScale {
  const [low, high] = endsOf(sample)
  return { kind: 'key', low, shift: shiftFor(keyOf(high) - keyOf(low), cells) }
}

/** Cells of whole numbers, a power of two of them each. */
export function wholeScale(sample: Float64Array, cells: number): CellScale {
  const [low, high] = endsOf(sample)
  return { kind: 'whole', low, shift: shiftFor(high - low, cells) }
}

function endsOf(sorted: Float64Array): readonly [number, number] {
  return [sorted[0]!, sorted[sorted.length - 1]!]
}

function shiftFor(span: number, cells: number): number {
  let shift = 0
  while (span / 2 ** shift >= cells) shift++
  return shift
}

/** The cell of a value, kept within 0 … cells − 1. */
export function cellOf(scale: CellScale, value: number, cells: number): number {
  return Math.max(0, Math.min(cells - 1, Math.floor(placeOf(scale, value))))
}

function placeOf(scale: CellScale, value: number): number {
  if (scale.kind === 'linear') return (value - scale.low) * scale.scale
  if (scale.kind === 'whole') return (value - scale.low) / 2 ** scale.shift
  return (keyOf(value) - keyOf(scale.low)) / 2 ** scale.shift
}

/** Low end of a cell. */
export function lowOf(scale: CellScale, cell: number): number {
  if (scale.kind === 'linear') return scale.low + cell / scale.scale
  if (scale.kind === 'whole') return scale.low + cell * 2 ** scale.shift
  return floatOf(keyOf(scale.low) + cell * 2 ** scale.shift)
}
