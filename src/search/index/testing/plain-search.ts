import type { Product } from '../../catalogue/product.ts'
import type { AnalyzedQuery } from '../../query/query.ts'
import { forEachWord, queryWords } from '../../query/words.ts'
import type { Clause } from '../clauses.ts'
import type { Collection } from '../collection.ts'
import { encodeLength, LENGTHS } from '../length-code.ts'
import { quantized, type ScoringRule } from '../scoring.ts'
import { textsOf } from '../segment-builder.ts'

/** Bonuses and conditions of a search, as the fast one computes them from the query alone. */
export interface PlainRequest {
  readonly query: AnalyzedQuery
  readonly clauses: readonly Clause[]
  readonly rule: ScoringRule
  readonly all: boolean
  readonly titleGain: number
  readonly pairs: readonly {
    readonly left: number
    readonly right: number
    readonly gain: number
  }[]
  readonly qualityOf: (id: string) => number
}

/** A document as words: places by term and field. */
interface PlainDocument {
  readonly product: Product
  readonly places: readonly ReadonlyMap<string, readonly number[]>[]
  readonly lengths: readonly number[]
  readonly titles: readonly string[]
}

/**
 * Every document scored from its own text, with no index, no blocks and no skipping: what the fast
 * search must equal. Best first, equal scores by id.
 */
export function plainSearch(
  collection: Collection,
  products: readonly Product[],
  request: PlainRequest,
): { readonly id: string; readonly score: number }[] {
  const documents = products.map((product) => readDocument(collection, product))
  const scorer = new PlainScorer(collection, documents, request)
  return documents
    .flatMap((document) => {
      const score = scorer.score(document)
      return score === undefined ? [] : [{ id: document.product.id, score }]
    })
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
}

function readDocument(collection: Collection, product: Product): PlainDocument {
  const { analyzer, textFields } = collection
  const places: Map<string, number[]>[] = []
  const lengths: number[] = []
  const titles: string[] = []
  for (const field of textFields) {
    const here = new Map<string, number[]>()
    let [next, count] = [0, 0]
    for (const text of field.members.flatMap((name) => textsOf(product.values[name]))) {
      const first = count === 0 ? 0 : next + 8
      next = forEachWord(text, first, (word, place) => {
        const term = /\d/.test(word) ? word : analyzer.languages[0]!.stem(word)
        here.set(term, [...(here.get(term) ?? []), Math.min(place, 4095)])
      })
      count += next - first
      if (field.role === 'title') titles.push(queryWords(text).join(' '))
    }
    places.push(here)
    lengths.push(LENGTHS[encodeLength(count)]!)
  }
  return { product, places, lengths, titles }
}

class PlainScorer {
  private readonly collection: Collection
  private readonly documents: readonly PlainDocument[]
  private readonly request: PlainRequest
  private readonly means: readonly number[]
  private readonly fieldDocs: readonly number[]
  private readonly counted = new Map<string, { all: number; byField: readonly number[] }>()

  constructor(collection: Collection, documents: readonly PlainDocument[], request: PlainRequest) {
    this.collection = collection
    this.documents = documents
    this.request = request
    const fields = collection.textFields
    this.fieldDocs = fields.map((_, f) => documents.filter((d) => d.lengths[f]! > 0).length)
    this.means = fields.map((_, f) => {
      const sum = documents.reduce((all, d) => all + d.lengths[f]!, 0)
      return this.fieldDocs[f]! > 0 ? sum / this.fieldDocs[f]! : 1
    })
  }

  /** Undefined for a document that does not match. */
  score(document: PlainDocument): number | undefined {
    const { clauses, rule, all, qualityOf, query, titleGain, pairs } = this.request
    const boost =
      rule.prior === 0 ? 1 : Math.fround(1 + rule.prior * qualityOf(document.product.id))
    let [sum, matched] = [0, 0]
    for (const clause of clauses) {
      let best: number | undefined
      for (const { terms, weight } of clause.alternatives) {
        const words = this.words(terms, document)
        if (words === undefined) continue
        const score = this.bm25(words, terms, document)
        best = Math.max(best ?? 0, quantized(score * (weight * clause.weight) * boost))
      }
      if (best === undefined) continue
      sum += best
      matched++
    }
    const title = document.titles.includes(query.text) && titleGain > 0
    if (all ? matched < clauses.length : matched === 0 && !title) return undefined
    if (title) sum += titleGain
    for (const { left, right, gain } of pairs) {
      const near = this.nearness(clauses[left]!, clauses[right]!, document)
      if (near > 0) sum += quantized(gain * near)
    }
    return sum
  }

  /** Places by field of terms in a row; undefined where there are none. */
  private words(terms: readonly number[], document: PlainDocument): number[][] | undefined {
    const texts = terms.map((term) => this.collection.vocabulary.table.text(term))
    const places = document.places.map((here) =>
      (here.get(texts[0]!) ?? []).filter((place) =>
        texts.every((text, i) => (here.get(text) ?? []).includes(place + i)),
      ),
    )
    return places.some((one) => one.length > 0) ? places : undefined
  }

  private bm25(places: number[][], terms: readonly number[], document: PlainDocument): number {
    const { k1, b, weights, scoring } = this.request.rule
    const norm = (f: number) => 1 - b + (b * document.lengths[f]!) / this.means[f]!
    const { all, byField } = this.frequencies(terms)
    let [sum, together] = [0, 0]
    places.forEach((here, f) => {
      if (here.length === 0) return
      const factor = weights[f]! * idf(byField[f]!, this.fieldDocs[f]!) * (k1 + 1)
      sum += (factor * here.length) / (here.length + k1 * norm(f))
      together += (weights[f]! * here.length) / norm(f)
    })
    const plain = idf(all, this.documents.length)
    if (scoring === 'sum')
      return sum + this.request.rule.delta * weights.reduce((a, b) => a + b) * plain
    return (plain * (k1 + 1) * together) / (k1 + together)
  }

  /** In how many documents terms in a row occur, in all and by field. */
  private frequencies(terms: readonly number[]) {
    const key = terms.join('+')
    const known = this.counted.get(key)
    if (known !== undefined) return known
    const having = this.documents.map((d) => this.words(terms, d)).filter((d) => d !== undefined)
    const byField = this.means.map((_, f) => having.filter((d) => d[f]!.length > 0).length)
    const found = { all: having.length, byField }
    this.counted.set(key, found)
    return found
  }

  private nearness(left: Clause, right: Clause, document: PlainDocument): number {
    let best = 0
    const single = (clause: Clause) => clause.alternatives.filter(({ terms }) => terms.length === 1)
    for (const a of single(left)) {
      for (const b of single(right)) {
        const [placesA, placesB] = [this.words(a.terms, document), this.words(b.terms, document)]
        placesA?.forEach((here, f) => {
          for (const i of here) {
            for (const j of placesB?.[f] ?? []) {
              if (i === j || Math.abs(i - j) > 8) continue
              best = Math.max(best, j > i ? 1 / (j - i) : 0.5 / (i - j))
            }
          }
        })
      }
    }
    return best
  }
}

function idf(df: number, size: number): number {
  return Math.log(1 + (Math.max(0, size - df) + 0.5) / (df + 0.5))
}
