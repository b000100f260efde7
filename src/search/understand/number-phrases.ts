/** A number or range as the words of a query say it; which field it speaks of is not known here. */
export interface NumberPhrase {
  /** Tokens [from, to). */
  readonly from: number
  readonly to: number
  readonly low: number
  readonly high: number
  /** 'at' for a bare number, 'range' where words say so, 'about' for "around 50". */
  readonly kind: 'at' | 'range' | 'about'
  /** Unit as written after the number, in its common form where the analysis has one: gb, inch. */
  readonly unit?: string
  /** A currency was named. */
  readonly isMoney?: true
}

/** Words that say how dear, new or good, without a number. */
export interface GradePhrase {
  readonly from: number
  readonly to: number
  readonly grade: 'cheap' | 'dear' | 'new' | 'good'
}

const BELOW = [
  'under',
  'below',
  'less than',
  'cheaper than',
  'lower than',
  'up to',
  'at most',
  'max',
  'maximum',
  'before',
  'smaller than',
  'no more than',
]
const ABOVE = [
  'over',
  'above',
  'more than',
  'at least',
  'min',
  'minimum',
  'from',
  'starting at',
  'after',
  'since',
  'bigger than',
  'larger than',
  'greater than',
  'no less than',
]
const ABOUT = ['around', 'about', 'approximately', 'roughly', 'circa', 'ca']
const MONEY = new Set([
  'dollar',
  'dollars',
  'usd',
  'buck',
  'bucks',
  'eur',
  'euro',
  'euros',
  'gbp',
  'cent',
  'cents',
])
const GRADES: Readonly<Record<string, GradePhrase['grade']>> = {
  cheap: 'cheap',
  cheapest: 'cheap',
  affordable: 'cheap',
  inexpensive: 'cheap',
  budget: 'cheap',
  'low price': 'cheap',
  'low cost': 'cheap',
  expensive: 'dear',
  luxury: 'dear',
  'high end': 'dear',
  new: 'new',
  newest: 'new',
  latest: 'new',
  recent: 'new',
  best: 'good',
  'top rated': 'good',
  'best rated': 'good',
  'highly rated': 'good',
}

/** Whether a token names money. */
export function isMoneyWord(token: string): boolean {
  return MONEY.has(token)
}

/** How far "around" reaches to either side. */
const ABOUT_SHARE = 0.15
const NUMBER = /^(\d{1,9}(?:[.,]\d{1,4})?)([a-z]{1,12})?$/

/** Numbers and ranges in the tokens of a query, each where it begins; longer ones first. */
export function numberPhrases(tokens: readonly string[], hasCurrency: boolean): NumberPhrase[] {
  const phrases: NumberPhrase[] = []
  for (let i = 0; i < tokens.length; i++) {
    const between = readBetween(tokens, i)
    if (between !== undefined) phrases.push(between)
    const bounded = readBounded(tokens, i)
    if (bounded !== undefined) phrases.push(bounded)
    const plain = readNumber(tokens, i)
    if (plain === undefined) continue
    const { value, decade, to, unit, isMoney } = plain
    const money = isMoney || hasCurrency ? { isMoney: true as const } : {}
    const high = decade ? value + 9 : value
    const base = {
      from: i,
      to,
      low: value,
      high,
      ...(unit === undefined ? {} : { unit }),
      ...money,
    }
    phrases.push({ ...base, kind: decade ? 'range' : 'at' })
  }
  return phrases
}

/** Words for cheap, dear, new and good. */
export function gradePhrases(tokens: readonly string[]): GradePhrase[] {
  const phrases: GradePhrase[] = []
  for (let i = 0; i < tokens.length; i++) {
    const two = GRADES[`${tokens[i]} ${tokens[i + 1] ?? ''}`]
    const one = Object.hasOwn(GRADES, tokens[i]!) ? GRADES[tokens[i]!] : undefined
    if (two !== undefined) phrases.push({ from: i, to: i + 2, grade: two })
    else if (one !== undefined) phrases.push({ from: i, to: i + 1, grade: one })
  }
  return phrases
}

interface ReadNumber {
  readonly value: number
  /** "1990s": ten years. */
  readonly decade: boolean
  readonly to: number
  readonly unit?: string
  readonly isMoney: boolean
}

function readNumber(tokens: readonly string[], at: number): ReadNumber | undefined {
  const match = NUMBER.exec(tokens[at] ?? '')
  if (match === null) return undefined
  const value = Number(match[1]!.replace(',', '.'))
  const glued = match[2]
  if (glued === 's') {
    const year = value < 100 ? (value < 30 ? 2000 : 1900) + value : value
    return { value: year, decade: value % 10 === 0, to: at + 1, isMoney: false }
  }
  if (glued !== undefined) {
    const isMoney = MONEY.has(glued)
    return { value, decade: false, to: at + 1, isMoney, ...(isMoney ? {} : { unit: glued }) }
  }
  const next = tokens[at + 1]
  if (next !== undefined && MONEY.has(next)) {
    return { value, decade: false, to: at + 2, isMoney: true }
  }
  return { value, decade: false, to: at + 1, isMoney: false }
}

/** "between 20 and 30 dollars", "20 to 30", "from 20 to 30". */
function readBetween(tokens: readonly string[], at: number): NumberPhrase | undefined {
  const opens = tokens[at] === 'between' || tokens[at] === 'from'
  const first = readNumber(tokens, at + (opens ? 1 : 0))
  if (first === undefined) return undefined
  const joint = tokens[first.to]
  if (joint !== 'to' && joint !== '-' && !(tokens[at] === 'between' && joint === 'and')) {
    return undefined
  }
  const second = readNumber(tokens, first.to + 1)
  if (second === undefined || second.value < first.value) return undefined
  const unit = second.unit ?? first.unit
  return {
    from: at,
    to: second.to,
    low: first.value,
    high: second.value,
    kind: 'range',
    ...(unit === undefined ? {} : { unit }),
    ...(first.isMoney || second.isMoney ? { isMoney: true } : {}),
  }
}

/** "under 50", "at least 8gb", "around 100 dollars". */
function readBounded(tokens: readonly string[], at: number): NumberPhrase | undefined {
  for (const words of [3, 2, 1]) {
    const opening = tokens.slice(at, at + words).join(' ')
    const kind = openingKind(opening)
    if (kind === undefined) continue
    const number = readNumber(tokens, at + words)
    if (number === undefined) return undefined
    const { value, to, unit, isMoney } = number
    const spread = ABOUT_SHARE * value
    const [low, high] =
      kind === 'below'
        ? [-Infinity, value]
        : kind === 'above'
          ? [value, Infinity]
          : [value - spread, value + spread]
    return {
      from: at,
      to,
      low,
      high,
      kind: kind === 'about' ? 'about' : 'range',
      ...(unit === undefined ? {} : { unit }),
      ...(isMoney ? { isMoney: true } : {}),
    }
  }
  return undefined
}

function openingKind(words: string): 'below' | 'above' | 'about' | undefined {
  if (BELOW.includes(words)) return 'below'
  if (ABOVE.includes(words)) return 'above'
  return ABOUT.includes(words) ? 'about' : undefined
}

const NEGATIONS = new Set(['without', 'no', 'not', 'non', 'except', 'excluding'])

/** Whether a token says that what follows is not wanted. */
export function isNegation(token: string): boolean {
  return NEGATIONS.has(token)
}

/** Words that only join others: left as words they say nothing for or against a reading. */
const JOINTS = new Set([
  'with',
  'and',
  'for',
  'by',
  'in',
  'of',
  'the',
  'a',
  'an',
  'to',
  'from',
  'on',
  'at',
  'or',
])

/** Whether a token only joins others. */
export function isJoint(token: string): boolean {
  return JOINTS.has(token)
}
