import type { Field, Product } from '../catalogue/product.ts'
import { type Encoder, encodeProduct } from './encoder.ts'
import { bagsOf, wordsOf } from './product-bags.ts'
import type { VectorStore } from './vector-store.ts'

/** Sets the vectors of products, new and changed ones alike. */
export function fillVectors(
  store: VectorStore,
  encoder: Encoder,
  products: Iterable<Product>,
  fields: readonly Field[],
): void {
  for (const product of products) {
    const words = wordsOf(product, fields, encoder.restWords)
    store.put(product.id, encodeProduct(encoder, bagsOf(words, encoder.buckets)))
  }
}
