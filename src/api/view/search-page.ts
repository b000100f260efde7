import type { SearchService, ServiceAnswer } from '../../loop/index.ts'
import { type Filter, type Product, type SearchIndex, values } from '../../search/index.ts'
import type { SearchBlend, SearchItem, SearchReply, SearchRequest } from '../schemas/search.ts'
import { facetsOf } from './search-facets.ts'

/** Words of a description around what matches. */
const EXCERPT_WORDS = 24

/** The answer of a service as the reply of POST /search. */
export function searchReplyOf(
  service: SearchService,
  served: ServiceAnswer,
  request: SearchRequest,
  filters: readonly Filter[],
): SearchReply {
  const { index } = service.engine.parts
  const { answer, queryId, matches, version, milliseconds } = served
  return {
    queryId,
    total: matches.total,
    from: request.from,
    items: itemsOf(index, served),
    facets: facetsOf(index, served, filters, request.facets),
    readings: readingsOf(answer.query),
    corrected: index.corrected(answer.query) ?? null,
    blend: blendOf(served),
    version,
    milliseconds,
  }
}

type Item = ServiceAnswer['answer']['items'][number]
type ItemTexts = Pick<SearchItem, 'category' | 'brand' | 'priceCents'> & {
  readonly title: string | null
}

/** The first field of each role, chosen once for all results. */
function itemsOf(index: SearchIndex, served: ServiceAnswer): SearchItem[] {
  const nameOf = (role: string) => index.fields.find((one) => one.role === role)?.name
  const names = {
    title: nameOf('title'),
    category: nameOf('category'),
    brand: nameOf('brand'),
    price: nameOf('price'),
  }
  return served.answer.items.map((item) => {
    const product = index.productOf(item.doc)?.values ?? {}
    const read = (name: string | undefined) => (name === undefined ? undefined : product[name])
    const textOf = (name: string | undefined) => {
      const value = read(name)
      if (value === undefined) return null
      return typeof value === 'object' ? value.join(', ') : String(value)
    }
    const amount = read(names.price)
    const texts = {
      title: textOf(names.title),
      category: textOf(names.category),
      brand: textOf(names.brand),
      priceCents: typeof amount === 'number' ? Math.round(100 * amount) : null,
    }
    return itemOf(item, texts, highlightsOf(index, product, served.answer.query), served)
  })
}

function itemOf(
  { id, position, score, arms, rule, why }: Item,
  { title, category, brand, priceCents }: ItemTexts,
  highlights: SearchItem['highlights'],
  { answer }: ServiceAnswer,
): SearchItem {
  return {
    productId: id,
    title: title ?? id,
    position,
    score,
    category,
    brand,
    priceCents,
    highlights,
    arms: arms.map(({ arm, rank, score: own }) => ({
      arm: answer.shares[arm]!.arm,
      rank,
      score: own,
    })),
    rule: rule ?? null,
    why:
      why?.map(({ feature, about, value, contribution }) => ({
        feature,
        about,
        value: Number.isFinite(value) ? value : null,
        contribution,
      })) ?? null,
  }
}

function highlightsOf(
  index: SearchIndex,
  product: Product['values'],
  query: ServiceAnswer['answer']['query'],
): SearchItem['highlights'] {
  return index.fields.flatMap(({ name, role }) => {
    if (role !== 'title' && role !== 'text') return []
    const value = product[name]
    if (typeof value !== 'string') return []
    const options = role === 'text' ? { words: EXCERPT_WORDS } : {}
    const parts = values
      .highlight(value, query, index, options)
      .map(({ text, isMatch }) => ({ text, hit: isMatch }))
    return role === 'title' || parts.some(({ hit }) => hit) ? [{ field: name, parts }] : []
  })
}

function readingsOf({ interpretations, tokens }: ServiceAnswer['answer']['query']) {
  return interpretations
    .filter(({ slots }) => slots.length > 0)
    .map(({ likelihood, slots }) => ({
      likelihood,
      slots: slots.map(({ field, meaning, from, to, negated, probability }) => ({
        field,
        words: tokens.slice(from, to).join(' '),
        value: meaning.kind === 'value' ? meaning.value : null,
        from: meaning.kind === 'range' && Number.isFinite(meaning.from) ? meaning.from : null,
        to: meaning.kind === 'range' && Number.isFinite(meaning.to) ? meaning.to : null,
        negated: negated === true,
        probability,
      })),
    }))
}

function blendOf({ answer }: ServiceAnswer): SearchBlend {
  const { arms, items, choice, propensity, explored, reasons } = answer
  return {
    choice,
    propensity,
    explored,
    reasons: [...reasons],
    arms: arms.map(({ name, about, asked, brought, alone, milliseconds }, place) => ({
      arm: name,
      about,
      asked,
      brought,
      alone,
      shown: items.filter((item) => item.arms.some(({ arm }) => arm === place)).length,
      milliseconds,
    })),
  }
}
