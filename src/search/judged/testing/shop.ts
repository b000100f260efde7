import { createRandom } from '../../../core/random/random.ts'
import { createIndex } from '../../index/door.ts'
import type { SearchIndex } from '../../index/types.ts'
import type { JudgmentRow } from '../read-judged.ts'

const KINDS = ['laptop', 'camera', 'phone', 'printer', 'router', 'tablet']
const EXTRAS = ['bag', 'charger', 'stand']
const BRANDS = ['Acme', 'Borealis', 'Corvid', 'Delta']

/** A small shop of things and what goes with them; the popular ones are those that people mean. */
export function testShop(seed = 1): SearchIndex {
  const random = createRandom(seed)
  const index = createIndex([
    { name: 'title', role: 'title' },
    { name: 'description', role: 'text' },
    { name: 'brand', role: 'brand' },
    { name: 'kind', role: 'category' },
    { name: 'price', role: 'price' },
    { name: 'sold', role: 'popularity' },
    { name: 'year', role: 'number' },
  ])
  const products = KINDS.flatMap((kind) =>
    BRANDS.flatMap((brand) =>
      ['', ...EXTRAS].map((extra) => ({
        id: `${brand}-${kind}-${extra}`,
        values: {
          title:
            extra === ''
              ? `${brand} ${kind} ${random.int(90) + 10}`
              : `${brand} ${extra} for ${kind}`,
          description: `A ${kind} ${extra} by ${brand} for every day`,
          brand,
          kind: extra === '' ? kind : extra,
          price: extra === '' ? 300 + random.int(500) : 10 + random.int(30),
          sold: random.int(1000),
          year: 2015 + random.int(8),
        },
      })),
    ),
  )
  index.add(products)
  return index
}

/** Judgments of queries "KIND" and "KIND EXTRA": the kind itself is right, what goes with it is not. */
export function shopJudgments(index: SearchIndex): readonly JudgmentRow[] {
  const rows: JudgmentRow[] = []
  for (const kind of KINDS) {
    for (const extra of ['', ...EXTRAS]) {
      for (let doc = 0; doc < index.capacity; doc++) {
        const id = index.idOf(doc)!
        const [, ofKind, ofExtra] = id.split('-')
        if (ofKind !== kind && ofExtra !== extra) continue
        const grade = ofKind === kind && ofExtra === extra ? 2 : 0
        rows.push({ query: `${kind} ${extra}`.trim(), docId: id, grade })
      }
    }
  }
  return rows
}
