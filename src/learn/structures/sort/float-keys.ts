// The bits of a float as a number that is ordered like the float, in double precision: exact in the
// upper 53 bits, which is enough to build a model and to name its ranges.

const float = new Float64Array(1)
const words = new Uint32Array(float.buffer)
const UPPER = 2 ** 32
const SIGN = 0x8000_0000

/** Rising with `value` from −∞ to ∞, between 0 and 2⁶⁴. */
export function keyOf(value: number): number {
  float[0] = value
  const [lower, upper] = [words[0]!, words[1]!]
  return upper >= SIGN ? (~upper >>> 0) * UPPER + (~lower >>> 0) : (upper + SIGN) * UPPER + lower
}

/** The float of a key, to the precision that the key carries. */
export function floatOf(key: number): number {
  const upper = Math.floor(key / UPPER)
  const lower = key - upper * UPPER
  const isPositive = upper >= SIGN
  words[1] = isPositive ? upper - SIGN : ~upper >>> 0
  words[0] = isPositive ? lower : ~lower >>> 0
  return float[0]!
}
