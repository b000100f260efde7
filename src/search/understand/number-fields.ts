import { nameWords } from '../catalogue/field-names.ts'
import { type Field, type FieldRole, NUMBER_ROLES } from '../catalogue/product.ts'
import type { SearchIndex } from '../index/types.ts'
import { textsOf } from '../values/columns.ts'

/** What is known of a field of numbers. */
export interface NumberField {
  readonly name: string
  readonly role: FieldRole
  /** Terms of its name. */
  readonly nameTerms: readonly string[]
  /** Cents where people say units of money. */
  readonly scale: number
  readonly products: number
  /** Values at shares 0, 0.01 … 1 of the products that have it. */
  readonly quantiles: readonly number[]
}

/** How probably a number with this unit is one of this field. */
export interface UnitMeaning {
  readonly field: string
  readonly probability: number
}

/** Number fields of an index and what units say of them. */
export interface NumberFields {
  readonly fields: readonly NumberField[]
  readonly units: Readonly<Record<string, readonly UnitMeaning[]>>
}

/** Titles are read for units of at most this many products. */
const MOST_READ = 20_000
/** A unit is learned from so many products at least, and only where it is right so often. */
const FEWEST = 5
const LEAST = 0.1
const NUMBER_WITH_UNIT = /^(\d{1,9}(?:\.\d{1,4})?)([a-z]{1,12})$/

/** Reads the number fields of an index, and learns units where titles name the numbers of a field. */
export function readNumberFields(index: SearchIndex): NumberFields {
  const fields = index.fields
    .filter(({ role }) => NUMBER_ROLES.includes(role))
    .map((field) => describe(index, field))
    .filter(({ products }) => products > 0)
  return { fields, units: learnUnits(index, fields) }
}

function describe(index: SearchIndex, { name, role }: Field): NumberField {
  const sorted = index.numbers(name).filter(Number.isFinite).sort()
  const quantiles = Array.from({ length: 101 }, (_, q) => {
    return sorted[Math.round((q / 100) * (sorted.length - 1))] ?? Number.NaN
  })
  const words = nameWords(name)
  return {
    name,
    role,
    nameTerms: index.analyze(words.filter((word) => word !== 'cents').join(' ')).terms,
    scale: role === 'price' && words.includes('cents') ? 100 : 1,
    products: sorted.length,
    quantiles,
  }
}

function learnUnits(
  index: SearchIndex,
  fields: readonly NumberField[],
): Record<string, UnitMeaning[]> {
  const plain = fields.filter(({ role }) => role === 'number')
  const titles = index.fields.filter(({ role }) => role === 'title').map(({ name }) => name)
  const seen = new Map<string, number>()
  const hits = new Map<string, Int32Array>()
  if (plain.length === 0) return {}
  const columns = plain.map(({ name }) => index.numbers(name))
  const step = Math.max(1, Math.floor(index.capacity / MOST_READ))
  for (let doc = 0; doc < index.capacity; doc += step) {
    const text = titles.flatMap((name) => textsOf(index.valueOf(doc, name))).join(' ')
    for (const [unit, value] of unitsIn(index, text)) {
      seen.set(unit, (seen.get(unit) ?? 0) + 1)
      const counts = hits.get(unit) ?? new Int32Array(plain.length)
      hits.set(unit, counts)
      columns.forEach((column, f) => {
        if (Math.abs((column[doc] ?? Number.NaN) - value) <= 0.02 * value) counts[f]! += 1
      })
    }
  }
  const units: Record<string, UnitMeaning[]> = {}
  for (const [unit, counts] of hits) {
    const all = seen.get(unit)!
    const meanings = plain
      .map(({ name }, f) => ({ field: name, probability: counts[f]! / all, count: counts[f]! }))
      .filter(({ probability, count }) => count >= FEWEST && probability >= LEAST)
    if (meanings.length > 0) {
      units[unit] = meanings.map(({ field, probability }) => ({ field, probability }))
    }
  }
  return units
}

/** Numbers with units in a text, each pair once. */
function unitsIn(index: SearchIndex, text: string): (readonly [unit: string, value: number])[] {
  const pairs = new Map<string, readonly [string, number]>()
  for (const token of index.analyze(text).tokens) {
    const match = NUMBER_WITH_UNIT.exec(token)
    if (match !== null) pairs.set(token, [match[2]!, Number(match[1])])
  }
  return [...pairs.values()]
}
