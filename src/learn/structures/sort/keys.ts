/** Columns that can be sorted here: floats, whole numbers of 32 bits, times and ids of 64 bits. */
export type Keys = Float64Array | Int32Array | Uint32Array | BigInt64Array

/**
 * How an array was sorted: found in order; nearly so, and what was not merged back; by the engine or a
 * merge, by radix, by a learned model.
 */
export type SortMethod = 'presorted' | 'nearly' | 'native' | 'radix' | 'learned'

/** Turned on the sign, numbers of 32 bits are ordered without one. */
export const SIGN_32 = 0x8000_0000
export const SIGN_64 = 1n << 63n
