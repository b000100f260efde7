/** A counted number of units: whole, grouped by thousands; below ten with one digit if it matters. */
export function unitsText(units: number): string {
  const size = Math.abs(units)
  const text =
    size < 10 && Math.abs(size - Math.round(size)) >= 0.05
      ? size.toFixed(1)
      : Math.round(size).toLocaleString('en-GB')
  return units < 0 && text !== '0' ? `−${text}` : text
}

/** The same with a sign always; whole where it stands beside large numbers. */
export function changeText(units: number, whole = false): string {
  const text = unitsText(whole ? Math.round(units) : units)
  return units > 0 && text !== '0' ? `+${text}` : text
}

/** `1 unit`, `12 units`. */
export function plural(count: number, noun: string): string {
  const text = unitsText(count)
  return `${text} ${text === '1' ? noun : `${noun}s`}`
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2
    ? (words[0] ?? '')
    : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

const SMALL = ['none', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']

/** A whole number, grouped by thousands. */
export const grouped = (count: number): string => count.toLocaleString('en-GB')

/** Whole numbers below ten as words, for sentences. */
export const wordOf = (count: number): string => SMALL[count] ?? grouped(count)
