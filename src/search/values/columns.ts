import { type Field, NUMBER_ROLES, type Product, VALUE_ROLES } from '../catalogue/product.ts'
import type { ValueColumn } from '../index/types.ts'
import { arrayOf, type Bundle, type PackedArray, pack, unpack } from './pack.ts'
import { createValueField, type ValueField } from './value-field.ts'

/** Values and numbers of all documents, by field. */
export interface Columns {
  readonly fields: readonly Field[]
  /** Sets all values of a document. */
  set(doc: number, values: Product['values']): void
  /** Clears a document that is no more. */
  clear(doc: number): void
  /** Numbers of a field by document, NaN where missing, at least `capacity` long; undefined where it has none. */
  numbers(field: string): Float64Array | undefined
  values(field: string): ValueColumn | undefined
  /** The field with all that filters and facets need; undefined where it has no values. */
  valueField(field: string): ValueField | undefined
  toBytes(): Uint8Array<ArrayBuffer>
}

/** Empty columns for these fields; documents are numbers from 0. */
export function createColumns(fields: readonly Field[]): Columns {
  return columnsOf(fields, undefined)
}

/** Columns from what `toBytes` gave; throws RangeError or SyntaxError on other bytes. */
export function columnsFromBytes(bytes: Uint8Array): Columns {
  const bundle = unpack(bytes)
  return columnsOf(bundle.facts as readonly Field[], bundle)
}

function columnsOf(fields: readonly Field[], bundle: Bundle | undefined): Columns {
  const valueFields = new Map<string, ValueField>()
  const numberFields = new Map<string, Float64Array>()
  for (const { name, role } of fields) {
    if (VALUE_ROLES.includes(role)) valueFields.set(name, restoreValues(name, bundle))
    if (!NUMBER_ROLES.includes(role)) continue
    numberFields.set(name, bundle ? arrayOf(bundle, `n.${name}`, 'f64').slice() : noNumbers(0))
  }
  const write = (doc: number, values: Product['values']) => {
    for (const [name, field] of valueFields) field.set(doc, textsOf(values[name]))
    for (const [name, numbers] of numberFields) {
      const value = values[name]
      const column = doc < numbers.length ? numbers : grown(numbers, doc + 1)
      column[doc] = typeof value === 'number' ? value : Number.NaN
      if (column !== numbers) numberFields.set(name, column)
    }
  }
  return {
    fields,
    set: write,
    clear: (doc) => write(doc, {}),
    numbers: (field) => numberFields.get(field),
    values: (field) => valueFields.get(field)?.column(),
    valueField: (field) => valueFields.get(field),
    toBytes: () => packColumns(fields, valueFields, numberFields),
  }
}

function restoreValues(name: string, bundle: Bundle | undefined): ValueField {
  if (bundle === undefined) return createValueField()
  return createValueField({
    values: bundle.texts[`v.${name}`] ?? [],
    offsets: arrayOf(bundle, `o.${name}`, 'i32'),
    codes: arrayOf(bundle, `c.${name}`, 'i32'),
  })
}

function packColumns(
  fields: readonly Field[],
  valueFields: ReadonlyMap<string, ValueField>,
  numberFields: ReadonlyMap<string, Float64Array>,
): Uint8Array<ArrayBuffer> {
  const arrays: Record<string, PackedArray> = {}
  const texts: Record<string, readonly string[]> = {}
  for (const [name, field] of valueFields) {
    const { values, offsets, codes } = field.column()
    texts[`v.${name}`] = values
    arrays[`o.${name}`] = new Int32Array(offsets)
    arrays[`c.${name}`] = new Int32Array(codes)
  }
  for (const [name, numbers] of numberFields) arrays[`n.${name}`] = new Float64Array(numbers)
  return pack({ facts: fields, arrays, texts })
}

/** A value as texts; numbers as they read. */
export function textsOf(value: Product['values'][string] | undefined): readonly string[] {
  if (value === undefined) return []
  return typeof value === 'object' ? value : [String(value)]
}

function grown(numbers: Float64Array, length: number): Float64Array {
  const larger = noNumbers(Math.max(16, length, Math.ceil(numbers.length * 1.5)))
  larger.set(numbers)
  return larger
}

function noNumbers(length: number): Float64Array {
  return new Float64Array(length).fill(Number.NaN)
}
