/** A typed array that grows by doubling; what is beyond `length` is not to be read. */
export interface Growing<A> {
  array: A
  length: number
}

type Numbers = Int32Array | Uint32Array | Uint16Array | Uint8Array | Float64Array

/** Room for at least `length` numbers: the same array where it is large enough, else a copy. */
export function withRoom<A extends Numbers>(array: A, length: number): A {
  if (array.length >= length) return array
  const larger = new (array.constructor as new (length: number) => A)(
    Math.max(length, Math.ceil(array.length * 1.5), 16),
  )
  larger.set(array)
  return larger
}

/** Appends a number. */
export function append<A extends Numbers>(growing: Growing<A>, value: number): void {
  if (growing.length === growing.array.length) {
    growing.array = withRoom(growing.array, growing.length + 1)
  }
  growing.array[growing.length++] = value
}

/** What was appended, as an array of its own size. */
export function trimmed<A extends Numbers>(growing: Growing<A>): A {
  return growing.array.slice(0, growing.length) as A
}
