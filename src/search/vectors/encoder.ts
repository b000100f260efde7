import { text as texts } from '../../learn/index.ts'
import { packState, unpackState } from '../arms/state.ts'
import type { ProductBags } from './product-bags.ts'

/**
 * What makes vectors of texts: a table of letter groups, and for each side a matrix. A vector is
 * unit(W · Σ share_i · unit(mean of rows of bag i)), of a query with one bag, of a product with two.
 */
export interface Encoder {
  readonly width: number
  readonly buckets: number
  /** buckets × width. */
  readonly table: Float32Array
  /** width × width, from the right (x · W); absent for the identity. */
  readonly queryHead?: Float32Array
  readonly productHead?: Float32Array
  /** Share of the title, the other fields have the rest. */
  readonly titleShare: number
  /** Words of the other fields that are read. */
  readonly restWords: number
}

/** Added to squared lengths, as the net does. */
const LENGTH_FLOOR = 1e-6

/** Vector of a query, of length 1; zeros for a text without known letters. */
export function encodeQuery(encoder: Encoder, text: string): Float32Array {
  const { width, buckets, queryHead } = encoder
  const vector = new Float32Array(width)
  addUnitMean(encoder, texts.hashedNgrams(text, buckets), 1, vector)
  return finish(vector, queryHead)
}

/** Vector of a product, of length 1; zeros for a product without words. */
export function encodeProduct(encoder: Encoder, { title, rest }: ProductBags): Float32Array {
  const { width, titleShare, productHead } = encoder
  const vector = new Float32Array(width)
  addUnitMean(encoder, title, titleShare, vector)
  addUnitMean(encoder, rest, 1 - titleShare, vector)
  return finish(vector, productHead)
}

function addUnitMean({ table, width }: Encoder, bag: Int32Array, share: number, to: Float32Array) {
  if (bag.length === 0) return
  const mean = new Float64Array(width)
  for (const row of bag) {
    const at = row * width
    for (let i = 0; i < width; i++) mean[i]! += table[at + i]!
  }
  let squares = LENGTH_FLOOR
  for (let i = 0; i < width; i++) {
    mean[i]! /= bag.length
    squares += mean[i]! ** 2
  }
  const factor = share / Math.sqrt(squares)
  for (let i = 0; i < width; i++) to[i]! += factor * mean[i]!
}

function finish(vector: Float32Array, head: Float32Array | undefined): Float32Array {
  const { length } = vector
  let out = vector
  if (head !== undefined) {
    out = new Float32Array(length)
    for (let i = 0; i < length; i++) {
      for (let j = 0; j < length; j++) out[j]! += vector[i]! * head[i * length + j]!
    }
  }
  return toUnit(out)
}

/** Scales a vector to length 1 in place; one of nearly zero stays as it is. */
export function toUnit(vector: Float32Array): Float32Array {
  let squares = 0
  for (const value of vector) squares += value * value
  if (squares < 1e-12) return vector.fill(0)
  const factor = 1 / Math.sqrt(squares)
  for (let i = 0; i < vector.length; i++) vector[i]! *= factor
  return vector
}

interface EncoderMeta {
  readonly width: number
  readonly buckets: number
  readonly titleShare: number
  readonly restWords: number
}

/** An encoder as bytes. */
export function saveEncoder(encoder: Encoder): Uint8Array {
  const { width, buckets, titleShare, restWords, table, queryHead, productHead } = encoder
  const meta: EncoderMeta = { width, buckets, titleShare, restWords }
  const none = new Float32Array(0)
  return packState('encoder', meta, [table, queryHead ?? none, productHead ?? none])
}

/** The encoder that `saveEncoder` wrote. Throws ERR_STORE_DAMAGED on other bytes. */
export function loadEncoder(bytes: Uint8Array): Encoder {
  const { meta, arrays } = unpackState<EncoderMeta>('encoder', bytes)
  // As saveEncoder wrote them.
  const [table, queryHead, productHead] = arrays as [Float32Array, Float32Array, Float32Array]
  return {
    ...meta,
    table,
    ...(queryHead.length > 0 ? { queryHead } : {}),
    ...(productHead.length > 0 ? { productHead } : {}),
  }
}
