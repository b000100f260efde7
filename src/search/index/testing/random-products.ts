import fc from 'fast-check'
import type { Field, Product } from '../../catalogue/product.ts'

/** Fields of the random products. */
export const RANDOM_FIELDS: readonly Field[] = [
  { name: 'title', role: 'title' },
  { name: 'brand', role: 'brand' },
  { name: 'text', role: 'text' },
  { name: 'colours', role: 'attribute' },
  { name: 'price', role: 'price' },
  { name: 'sold', role: 'popularity' },
]

const WORDS = [
  'blue blu ray bluray player players disc the of with case cases phone iphone phones star wars',
  'wi-fi wifi wi fi 8gb 8 gb 16gb usb-c spa2600/00 headphones headphone red reader 東京都 café',
].join(' ')

const word = fc.constantFrom(...WORDS.split(' '))
const text = (most: number) =>
  fc.array(word, { minLength: 1, maxLength: most }).map((words) => words.join(' '))
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })

/** Products with ids from a small set, so that later ones replace earlier ones. */
export const randomProduct: fc.Arbitrary<Product> = fc
  .record({
    id: fc.integer({ min: 0, max: 60 }),
    title: maybe(text(5)),
    brand: maybe(word),
    text: maybe(text(30)),
    colours: maybe(fc.array(word, { maxLength: 3 })),
    price: maybe(fc.integer({ min: 1, max: 500 })),
    sold: maybe(fc.integer({ min: 0, max: 9 })),
  })
  .map(({ id, ...values }) => {
    const present = Object.entries(values).filter(([, value]) => value !== undefined)
    return { id: `p${id}`, values: Object.fromEntries(present) as Product['values'] }
  })

/** Queries of words that products have, of misspelt ones and of others. */
export const randomQuery: fc.Arbitrary<string> = fc
  .array(
    fc.oneof({ weight: 6, arbitrary: word }, fc.constantFrom('headphnes', 'playr', 'zzz', 'pla')),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map((words) => words.join(' '))

/** What may happen to an index. */
export type Change =
  | { readonly kind: 'add'; readonly products: readonly Product[] }
  | { readonly kind: 'remove'; readonly ids: readonly string[] }

export const randomChanges: fc.Arbitrary<readonly Change[]> = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc
        .array(randomProduct, { minLength: 1, maxLength: 12 })
        .map((products): Change => ({ kind: 'add', products })),
    },
    {
      weight: 1,
      arbitrary: fc
        .array(fc.integer({ min: 0, max: 60 }), { maxLength: 8 })
        .map((ids): Change => ({ kind: 'remove', ids: ids.map((id) => `p${id}`) })),
    },
  ),
  { minLength: 1, maxLength: 14 },
)

/** The products that are left after changes, by id. */
export function productsAfter(changes: readonly Change[]): Map<string, Product> {
  const products = new Map<string, Product>()
  for (const change of changes) {
    if (change.kind === 'remove') for (const id of change.ids) products.delete(id)
    else for (const product of change.products) products.set(product.id, product)
  }
  return products
}
