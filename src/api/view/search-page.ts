import type { SearchService, ServiceAnswer } from '../../loop/index.ts'
import { type Filter, type SearchIndex, values } from '../../search/index.ts'
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
    items: answer.items.map((item) => itemOf(index, item, served)),
    facets: facetsOf(index, served, filters, request.facets),
    readings: readingsOf(answer.query),
    corrected: index.corrected(answer.query) ?? null,
    blend: blendOf(served),
    version,
    milliseconds,
  }
}

type Item = ServiceAnswer['answer']['items'][number]

function itemOf(index: SearchIndex, item: Item, { answer }: ServiceAnswer): SearchItem {
  const { doc, id, position, score, arms, rule, why } = item
  const textOf = (role: string): string | null => {
    const field = index.fields.find((one) => one.role === role)
    const value = field === undefined ? undefined : index.valueOf(doc, field.name)
    if (value === undefined) return null
    return typeof value === 'object' ? value.join(', ') : String(value)
  }
  const price = index.fields.find(({ role }) => role === 'price')
  const amount = price === undefined ? undefined : index.valueOf(doc, price.name)
  return {
    productId: id,
    title: textOf('title') ?? id,
    position,
    score,
    category: textOf('category'),
    brand: textOf('brand'),
    priceCents: typeof amount === 'number' ? Math.round(100 * amount) : null,
    highlights: highlightsOf(index, doc, answer.query),
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

function highlightsOf(index: SearchIndex, doc: number, query: ServiceAnswer['answer']['query']) {
  return index.fields.flatMap(({ name, role }) => {
    if (role !== 'title' && role !== 'text') return []
    const value = index.valueOf(doc, name)
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
