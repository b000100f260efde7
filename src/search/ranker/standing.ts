/**
 * Share of the other values that each value is above, ties counted half, in [0, 1]; NaN stays NaN,
 * and a value without others stands at 0.5.
 */
export function percentiles(values: ArrayLike<number>): Float32Array {
  const order = presentPlaces(values).sort((a, b) => values[a]! - values[b]!)
  const out = new Float32Array(values.length).fill(Number.NaN)
  for (let from = 0; from < order.length; ) {
    let to = from + 1
    while (to < order.length && values[order[to]!]! === values[order[from]!]!) to++
    const others = order.length - 1
    const standing = others === 0 ? 0.5 : (from + (to - from - 1) / 2) / others
    for (let i = from; i < to; i++) out[order[i]!] = standing
    from = to
  }
  return out
}

function presentPlaces(values: ArrayLike<number>): number[] {
  const places: number[] = []
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i]!)) places.push(i)
  return places
}
