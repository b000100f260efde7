/** A list of numbers that grows, kept in one Float64Array. */
export interface NumberList {
  readonly length: number
  push(value: number): void
  /** The number at an index below length. */
  at(index: number): number
  /** A copy of exactly the numbers pushed. */
  toArray(): Float64Array
}

/** An empty NumberList. */
export function numberList(capacity = 1024): NumberList {
  let values = new Float64Array(capacity)
  let length = 0
  return {
    get length() {
      return length
    },
    push(value) {
      if (length === values.length) {
        const larger = new Float64Array(2 * length)
        larger.set(values)
        values = larger
      }
      values[length++] = value
    },
    at: (index) => values[index]!,
    toArray: () => values.slice(0, length),
  }
}
