import { text as texts } from '../../learn/index.ts'
import type { Field, FieldRole, FieldValue, Product } from '../catalogue/product.ts'

/** The letter groups of a product: of its title, and of its other fields. Rows of the table. */
export interface ProductBags {
  readonly title: Int32Array
  readonly rest: Int32Array
}

/** In this order fields are read until there are enough words. */
const REST_ROLES: readonly FieldRole[] = ['category', 'brand', 'attribute', 'text']

/** Texts of a product that vectors are made from. */
export interface ProductWords {
  readonly title: string
  readonly rest: string
}

/** The title of a product, and the first `restWords` words of its other text fields by role. */
export function wordsOf(
  product: Product,
  fields: readonly Field[],
  restWords: number,
): ProductWords {
  const textOf = (role: FieldRole) =>
    fields
      .filter((field) => field.role === role)
      .map(({ name }) => asText(product.values[name]))
      .join(' ')
      .trim()
  const rest: string[] = []
  for (const role of REST_ROLES) {
    if (rest.length >= restWords) break
    // A long description is not split to its end for the few words that are wanted.
    const words = textOf(role).split(/\s+/, restWords + 1)
    for (const word of words) if (word !== '' && rest.length < restWords) rest.push(word)
  }
  return { title: textOf('title'), rest: rest.join(' ') }
}

function asText(value: FieldValue | undefined): string {
  if (value === undefined) return ''
  return typeof value === 'string' || typeof value === 'number' ? String(value) : value.join(' ')
}

/** Letter groups of a product's words, as rows of a table of `buckets`. */
export function bagsOf({ title, rest }: ProductWords, buckets: number): ProductBags {
  return { title: texts.hashedNgrams(title, buckets), rest: texts.hashedNgrams(rest, buckets) }
}
