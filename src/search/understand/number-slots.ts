import type { AnalyzedQuery, Slot } from '../query/query.ts'
import type { NumberField, NumberFields } from './number-fields.ts'
import {
  type GradePhrase,
  gradePhrases,
  isMoneyWord,
  type NumberPhrase,
  numberPhrases,
} from './number-phrases.ts'

/** A slot that may wait for the category before its range is known ("cheap"). */
export interface DraftSlot extends Slot {
  readonly grade?: GradePhrase['grade']
}

/** How probable a number is of a field, by what speaks for it. */
const BELIEF = { money: 0.9, named: 0.9, year: 0.8, bareRange: 0.6 } as const
/** Of words without a number: "new" is also part of names. */
const GRADE_BELIEF: Readonly<Record<GradePhrase['grade'], number>> = {
  cheap: 0.8,
  dear: 0.6,
  new: 0.4,
  good: 0.4,
}
const GRADE_ROLE = { cheap: 'price', dear: 'price', new: 'date', good: 'rating' } as const
/** Numbers written in titles are rounded. */
const ROUNDING = 0.02

/** Slots of numbers, ranges, prices, years and grades in a query. */
export function numberSlots(query: AnalyzedQuery, { fields, units }: NumberFields): DraftSlot[] {
  if (fields.length === 0) return []
  const { tokens, dashes } = readDashes(query)
  const hasCurrency = /[$€£¥]\s*\d/.test(query.raw)
  const slots: DraftSlot[] = []
  for (const phrase of [...numberPhrases(tokens, hasCurrency), ...dashes(hasCurrency)]) {
    for (const field of fields) {
      const probability = beliefIn(query, phrase, field, units)
      if (probability > 0) slots.push(slotOf(phrase, field, probability))
    }
  }
  for (const { from, to, grade } of gradePhrases(tokens)) {
    const field = fields.find(({ role }) => role === GRADE_ROLE[grade])
    if (field === undefined) continue
    const meaning = { kind: 'range' as const, from: -Infinity, to: Infinity }
    slots.push({ field: field.name, meaning, from, to, probability: GRADE_BELIEF[grade], grade })
  }
  return slots
}

/** "20-30" is one token of the analysis: read from the raw text where its two halves lie. */
function readDashes({ raw, tokens }: AnalyzedQuery) {
  const halves = new Map<string, readonly [number, number]>()
  const apart: (readonly [from: number, low: number, high: number])[] = []
  for (const [, low, high] of raw.matchAll(
    /(?<![\d.-])(\d{1,6})\s?[-–]\s?[$€£]?(\d{1,6})(?![\d-])/g,
  )) {
    if (Number(low) > Number(high)) continue
    const at = tokens.findIndex((token, t) => token === low && tokens[t + 1] === high)
    if (at >= 0) apart.push([at, Number(low), Number(high)])
    else halves.set(`${low}${high}`, [Number(low), Number(high)])
  }
  tokens.forEach((token, at) => {
    const range = halves.get(token)
    if (range !== undefined) apart.push([at, ...range])
  })
  const dashes = (hasCurrency: boolean): NumberPhrase[] =>
    apart.map(([from, low, high]): NumberPhrase => {
      const end = halves.has(tokens[from]!) ? from + 1 : from + 2
      const isNamed = isMoneyWord(tokens[end] ?? '')
      const money = hasCurrency || isNamed ? { isMoney: true as const } : {}
      return { from, to: isNamed ? end + 1 : end, low, high, kind: 'range', ...money }
    })
  return { tokens: tokens.map((token) => (halves.has(token) ? '' : token)), dashes }
}

function beliefIn(
  { terms }: AnalyzedQuery,
  phrase: NumberPhrase,
  field: NumberField,
  units: NumberFields['units'],
): number {
  const { low, high, unit, isMoney, kind } = phrase
  const isPrice = field.role === 'price'
  if (isMoney) return isPrice ? BELIEF.money : 0
  if (unit !== undefined) {
    if (!Object.hasOwn(units, unit)) return 0
    return units[unit]!.find((meaning) => meaning.field === field.name)?.probability ?? 0
  }
  const isNamed = standsBeside(terms, phrase, field.nameTerms)
  if (field.role === 'date') return yearBelief(phrase, field, isNamed)
  if (isNamed && overlaps(phrase, field)) return BELIEF.named
  const isYear = [low, high].every((value) => !Number.isFinite(value) || isYearLike(value))
  if (kind === 'at' || !isPrice || !overlaps(phrase, field)) return 0
  return isYear ? 0.1 : BELIEF.bareRange
}

function yearBelief({ low, high }: NumberPhrase, field: NumberField, isNamed: boolean): number {
  const years = [low, high].filter(Number.isFinite)
  if (!years.every(isYearLike)) return 0
  const [first, last] = [field.quantiles[0]!, field.quantiles[100]!].map((at) =>
    new Date(at).getUTCFullYear(),
  )
  const inside = years.every((year) => year >= first! - 1 && year <= last! + 1)
  if (!inside) return 0
  return isNamed ? 0.95 : BELIEF.year
}

function isYearLike(value: number): boolean {
  return Number.isInteger(value) && value >= 1900 && value <= 2100
}

/** Whether the range holds anything that the catalogue has. */
function overlaps({ low, high }: NumberPhrase, { quantiles, scale }: NumberField): boolean {
  return low * scale <= quantiles[100]! && high * scale >= quantiles[0]!
}

/** A term of the field's name within two words of the number. */
function standsBeside(
  terms: readonly string[],
  { from, to }: NumberPhrase,
  names: readonly string[],
): boolean {
  const around = [...terms.slice(Math.max(0, from - 2), from), ...terms.slice(to, to + 2)]
  return names.some((name) => name !== '' && around.includes(name))
}

function slotOf(phrase: NumberPhrase, field: NumberField, probability: number): DraftSlot {
  const { from, to, kind } = phrase
  const [low, high] = field.role === 'date' ? yearRange(phrase) : numberRange(phrase, field, kind)
  return {
    field: field.name,
    meaning: { kind: 'range', from: low, to: high },
    from,
    to,
    probability,
  }
}

/** From the first moment of the first year to the last of the last; "before 2000" ends before it. */
function yearRange({ low, high }: NumberPhrase): readonly [number, number] {
  const end = low === -Infinity ? Date.UTC(high, 0, 1) - 1 : Date.UTC(high + 1, 0, 1) - 1
  return [
    Number.isFinite(low) ? Date.UTC(low, 0, 1) : -Infinity,
    Number.isFinite(high) ? end : Infinity,
  ]
}

function numberRange(
  { low, high }: NumberPhrase,
  { scale, role }: NumberField,
  kind: NumberPhrase['kind'],
): readonly [number, number] {
  const spread = kind === 'at' && role !== 'price' ? ROUNDING * Math.abs(low) : 0
  return [(low - spread) * scale, (high + spread) * scale]
}
