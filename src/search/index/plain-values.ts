import { StorewrightError } from '../../core/errors.ts'
import { NUMBER_ROLES, VALUE_ROLES } from '../catalogue/product.ts'
import type { Collection } from './collection.ts'
import { textsOf } from './segment-builder.ts'
import type { DocSet, Filter, ValueColumn } from './types.ts'

/** Whole values of fields and filters on them, read from the stored products when first asked for. */
export class PlainValues {
  private readonly collection: Collection
  private readonly columns = new Map<string, ValueColumn>()
  private revision = -1

  constructor(collection: Collection) {
    this.collection = collection
  }

  /** Whole values of a field. Throws ERR_ARGUMENT on one that is no category, brand or attribute. */
  column(field: string): ValueColumn {
    this.requireRole(field, VALUE_ROLES)
    if (this.revision !== this.collection.revision) {
      this.revision = this.collection.revision
      this.columns.clear()
    }
    let column = this.columns.get(field)
    if (column === undefined) {
      column = this.read(field)
      this.columns.set(field, column)
    }
    return column
  }

  /** Numbers of a field. Throws ERR_ARGUMENT on one that is no number field. */
  numbers(field: string): Float64Array {
    this.requireRole(field, NUMBER_ROLES)
    return this.collection.numbers(field)!
  }

  /** Documents that meet all filters. */
  filter(filters: readonly Filter[]): DocSet {
    const tests = filters.map((filter) => this.testOf(filter))
    const words = new Uint32Array((this.collection.capacity + 31) >> 5)
    let count = 0
    for (let doc = 0; doc < this.collection.capacity; doc++) {
      if (this.collection.slotOf(doc) < 0 || !tests.every((test) => test(doc))) continue
      words[doc >> 5]! |= 1 << (doc & 31)
      count++
    }
    return { words, count }
  }

  private testOf(filter: Filter): (doc: number) => boolean {
    if ('not' in filter) {
      const test = this.testOf(filter.not)
      return (doc) => !test(doc)
    }
    if ('any' in filter) {
      const tests = filter.any.map((one) => this.testOf(one))
      return (doc) => tests.some((test) => test(doc))
    }
    if ('missing' in filter) return this.missingTest(filter.field, filter.missing)
    if ('oneOf' in filter) return this.valueTest(filter.field, filter.oneOf)
    const numbers = this.numbers(filter.field)
    const { from = -Infinity, to = Infinity } = filter
    return (doc) => numbers[doc]! >= from && numbers[doc]! <= to
  }

  private missingTest(field: string, missing: boolean): (doc: number) => boolean {
    const numbers = this.collection.numbers(field)
    if (numbers !== undefined) return (doc) => Number.isNaN(numbers[doc]!) === missing
    const { offsets } = this.column(field)
    return (doc) => (offsets[doc] === offsets[doc + 1]) === missing
  }

  private valueTest(field: string, oneOf: readonly string[]): (doc: number) => boolean {
    const { values, offsets, codes } = this.column(field)
    const wanted = new Set(oneOf)
    const chosen = values.map((value) => wanted.has(value))
    return (doc) => {
      for (let i = offsets[doc]!; i < offsets[doc + 1]!; i++) if (chosen[codes[i]!]) return true
      return false
    }
  }

  private read(field: string): ValueColumn {
    const { collection } = this
    const codeOf = new Map<string, number>()
    const codes: number[] = []
    const offsets = new Int32Array(collection.capacity + 1)
    for (let doc = 0; doc < collection.capacity; doc++) {
      const value = collection.slotOf(doc) < 0 ? undefined : collection.valuesOf(doc)[field]
      for (const text of new Set(textsOf(value))) {
        const code = codeOf.get(text) ?? codeOf.size
        codeOf.set(text, code)
        codes.push(code)
      }
      offsets[doc + 1] = codes.length
    }
    return { values: [...codeOf.keys()], offsets, codes: Int32Array.from(codes) }
  }

  private requireRole(name: string, roles: readonly string[]): void {
    const field = this.collection.fields.find((one) => one.name === name)
    if (field !== undefined && roles.includes(field.role)) return
    const fit = this.collection.fields.filter((one) => roles.includes(one.role))
    throw new StorewrightError('ERR_ARGUMENT', `there is no ${roles.join(', ')} field ${name}`, {
      column: name,
      next: `Name one of ${fit.map((one) => one.name).join(', ') || '(none in this index)'}.`,
    })
  }
}
