import type { FieldValue, Product } from '../catalogue/product.ts'
import { type Growing, withRoom } from './growing.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/**
 * Appends the values of a product as JSON: [field, value, field, value …], a declared field by its
 * number, another by its name. Lone surrogates become escapes, so that texts come back as they were.
 */
export function encodeProduct(
  { values }: Product,
  fieldNumbers: ReadonlyMap<string, number>,
  bytes: Growing<Uint8Array>,
): void {
  const pairs: (FieldValue | number | string)[] = []
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === null) continue
    pairs.push(fieldNumbers.get(name) ?? name, value)
  }
  const json = JSON.stringify(pairs)
  bytes.array = withRoom(bytes.array, bytes.length + json.length * 3)
  bytes.length += encoder.encodeInto(json, bytes.array.subarray(bytes.length)).written
}

/** The values that `encodeProduct` wrote to bytes [from, to). */
export function decodeValues(
  bytes: Uint8Array,
  from: number,
  to: number,
  fieldNames: readonly string[],
): Readonly<Record<string, FieldValue>> {
  const pairs = JSON.parse(decoder.decode(bytes.subarray(from, to))) as (FieldValue | number)[]
  const values: [string, FieldValue][] = []
  for (let i = 0; i < pairs.length; i += 2) {
    const key = pairs[i] as string | number
    values.push([typeof key === 'number' ? fieldNames[key]! : key, pairs[i + 1]!])
  }
  return Object.fromEntries(values)
}
