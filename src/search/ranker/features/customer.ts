import type { FieldRole, FieldValue } from '../../catalogue/product.ts'
import type { SearchIndex } from '../../index/types.ts'
import type { RankFeature } from '../feature.ts'

/** What a product of a step further back counts beside the one after it. */
const FADE = 0.8
const MOST_PRODUCTS = 50

/** How near the product is to what this session and customer looked at before. */
export const customer: RankFeature = {
  name: 'customer',
  about:
    'how near the product is in brand, category and attributes to what this customer looked at',
  columns: (index) => [
    ...fieldsOf(index).map((field) => `customer:${field}`),
    'customer:seen-in-session',
    'customer:seen-before',
  ],
  directions: (index) => [...fieldsOf(index).map(() => 1 as const), 0, 0],
  compute({ index, union, asker }, out, stride) {
    const fields = fieldsOf(index)
    const recent = asker?.recentProducts ?? []
    const past = asker?.pastProducts ?? []
    const seen = [...recent, ...past].slice(0, MOST_PRODUCTS)
    const tastes = fields.map((field) => tasteOf(index, field, seen))
    const [inSession, before] = [new Set(recent), new Set(past)]
    union.docs.forEach((doc, i) => {
      fields.forEach((field, f) => {
        const taste = tastes[f]!
        out[i * stride + f] =
          taste.size === 0 ? Number.NaN : affinity(taste, index.valueOf(doc, field))
      })
      const id = index.idOf(doc) ?? ''
      out[i * stride + fields.length] = Number(inSession.has(id))
      out[i * stride + fields.length + 1] = Number(before.has(id))
    })
  },
}

const ROLES: readonly FieldRole[] = ['category', 'brand']

function fieldsOf(index: SearchIndex): readonly string[] {
  return index.fields.filter(({ role }) => ROLES.includes(role)).map(({ name }) => name)
}

/** Share of the customer's faded history by value. */
function tasteOf(index: SearchIndex, field: string, seen: readonly string[]): Map<string, number> {
  const taste = new Map<string, number>()
  let total = 0
  seen.forEach((id, age) => {
    const doc = index.docOf(id)
    if (doc < 0) return
    const weight = FADE ** age
    total += weight
    for (const value of valuesOf(index.valueOf(doc, field))) {
      taste.set(value, (taste.get(value) ?? 0) + weight)
    }
  })
  for (const [value, weight] of taste) taste.set(value, weight / total)
  return taste
}

function affinity(taste: ReadonlyMap<string, number>, value: FieldValue | undefined): number {
  return valuesOf(value).reduce((best, of) => Math.max(best, taste.get(of) ?? 0), 0)
}

function valuesOf(value: FieldValue | undefined): readonly string[] {
  if (value === undefined) return []
  return typeof value === 'object' ? value : [String(value)]
}
