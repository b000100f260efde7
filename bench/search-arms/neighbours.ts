import { createRandom } from '../../src/core/random/random.ts'
import type { Catalogue } from '../../src/search/catalogue/door.ts'
import {
  createVectorStore,
  type Encoder,
  encodeQuery,
  fillVectors,
} from '../../src/search/vectors/door.ts'
import { cpuSeconds, printFigure, rounded } from '../figure.ts'

const QUERIES = 1000
const COUNT = 10

/** Searches the graph and compares all, for as many titles' beginnings; prints queries a second and recall. */
export function benchNeighbours(
  name: string,
  { products, fields }: Catalogue,
  encoder: Encoder,
  data: string,
): void {
  const store = createVectorStore(encoder.width)
  const building = process.cpuUsage()
  fillVectors(store, encoder, products, fields)
  const built = cpuSeconds(building)
  const random = createRandom('neighbours')
  const title = fields.find(({ role }) => role === 'title')!.name
  const vectors = Array.from({ length: QUERIES }, () => {
    const { values } = products[random.int(products.length)]!
    const words = String(values[title]).split(/\s+/)
    return encodeQuery(encoder, words.slice(0, 1 + random.int(3)).join(' '))
  })
  const numbers = new Map(products.map(({ id }, i) => [id, i]))
  const index = {
    idOf: (doc: number) => products[doc]?.id,
    isBefore: (a: number, b: number) => products[a]!.id < products[b]!.id,
    docOf: (id: string) => numbers.get(id) ?? -1,
    revision: 0,
  }
  const options = { count: COUNT, index }
  for (const vector of vectors.slice(0, 100)) store.near(vector, options)
  const searching = process.cpuUsage()
  const found = vectors.map((vector) => store.near(vector, options))
  const near = QUERIES / cpuSeconds(searching)
  const comparing = process.cpuUsage()
  const exact = vectors.slice(0, 200).map((vector) => store.exact(vector, options))
  const plain = exact.length / cpuSeconds(comparing)
  let hits = 0
  for (const [i, { docs }] of exact.entries()) {
    // Scores count, not names: products of equal text are as near.
    const least = exact[i]!.scores[docs.length - 1]!
    hits += found[i]!.scores.reduce((count, score) => count + (score >= least ? 1 : 0), 0)
  }
  const recall = hits / exact.reduce((sum, { docs }) => sum + docs.length, 0)
  const what = `${name}, ${store.size} vectors × ${encoder.width}`
  const anchor =
    encoder.width === 384 ? { baseline: 4179, target: '> 4,179 (usearch i8 alone)' } : {}
  printFigure({
    figure: `${what}: nearest 10 by graph, exact scores`,
    value: Math.round(near),
    unit: 'queries/s of CPU',
    ...anchor,
    ...(encoder.width === 384 ? { ratio: rounded(near / 4179, 3), met: near > 4179 } : {}),
    data,
  })
  printFigure({
    figure: `${what}: the same by comparing all`,
    value: Math.round(plain),
    unit: 'queries/s of CPU',
    data,
  })
  printFigure({
    figure: `${what}: recall@10 of the graph`,
    value: rounded(recall),
    unit: 'share',
    baseline: 0.74,
    target: '≥ 0.95',
    met: recall >= 0.95,
    data,
  })
  printFigure({
    figure: `${what}: encoded and put into the graph`,
    value: rounded(built, 3),
    unit: 'CPU s',
    data,
  })
}

/** Letter groups with a random direction each: any width without learning, and neighbours as in life. */
export function randomEncoder(width: number, buckets: number): Encoder {
  const random = createRandom('directions')
  const table = Float32Array.from({ length: width * buckets }, () => random.normal())
  return { width, buckets, table, titleShare: 1, restWords: 0 }
}
