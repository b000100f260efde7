import { text as texts } from '../../learn/index.ts'
import type { Field, FieldRole, FieldValue, Product } from '../catalogue/product.ts'

/** A run of words of a product that a query might be, and where it stands. */
export interface ProductPart {
  readonly text: string
  /** Role of its field, number of words, and whether the field begins with it: `title 2 start`. */
  readonly kind: string
}

const ROLES: readonly FieldRole[] = ['title', 'brand', 'category', 'attribute']
const LONGEST = 4
/** A field's words beyond these are hardly ever asked for, and long texts must not take long. */
const MOST_WORDS = 24
/** So many fields of a role are read: a catalogue may have thousands of attributes. */
const MOST_FIELDS = 12

/** All runs of up to four words in the title, brand, category and attributes of a product, each once a kind. */
export function partsOf(product: Product, fields: readonly Field[]): readonly ProductPart[] {
  const found = new Map<string, ProductPart>()
  for (const role of ROLES) {
    const own = fields.filter((field) => field.role === role && field.name in product.values)
    for (const { name } of own.slice(0, MOST_FIELDS)) {
      for (const value of valuesOf(product.values[name])) addRuns(value, role, found)
    }
  }
  return [...found.values()]
}

function valuesOf(value: FieldValue | undefined): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' ? value.slice(0, MOST_WORDS) : []
}

function addRuns(value: string, role: FieldRole, to: Map<string, ProductPart>): void {
  const words = texts.normalizedWords(value.slice(0, 400)).slice(0, MOST_WORDS)
  for (let from = 0; from < words.length; from++) {
    for (let length = 1; length <= LONGEST && from + length <= words.length; length++) {
      const text = words.slice(from, from + length).join(' ')
      const whole = length === words.length ? 'whole' : from === 0 ? 'start' : 'inner'
      // What stands in the title counts as that: roles come in this order.
      if (!to.has(text)) to.set(text, { text, kind: `${role} ${length} ${whole}` })
    }
  }
}
