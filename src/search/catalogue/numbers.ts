const PLAIN = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$/i
const GROUPED = /^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/
const CURRENCY = /^(?:[$€£¥]|usd|eur|gbp)\s*|\s*(?:[$€£¥]|usd|eur|gbp)$/i

/**
 * The number that a text is: plain, with thousands apart by commas, with a currency beside it
 * ("19.99 USD"). NaN for anything else, and for codes with leading zeros ("007").
 */
export function parseNumber(text: string): number {
  const bare = text.trim().replace(CURRENCY, '')
  if (isCode(bare)) return Number.NaN
  if (PLAIN.test(bare)) return Number(bare)
  return GROUPED.test(bare) ? Number(bare.replaceAll(',', '')) : Number.NaN
}

/** Digits that begin with a zero: a code that must not become a number. */
function isCode(text: string): boolean {
  return /^[+-]?0\d/.test(text)
}

const ISO_DATE = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/

/** Epoch ms of an ISO 8601 day or instant (UTC where it names no zone); NaN for other texts. */
export function parseDate(text: string): number {
  const trimmed = text.trim()
  const match = ISO_DATE.exec(trimmed)
  if (match === null) return Number.NaN
  const hasZone = match[4] !== undefined
  const iso = trimmed.replace(' ', 'T').replace(/\s/g, '')
  return Date.parse(match[1] === undefined || hasZone ? iso : `${iso}Z`)
}
