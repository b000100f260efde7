import { StorewrightError } from '../../core/errors.ts'
import { queryWords } from './words.ts'

/** What a run of words may also be called. */
export interface SynonymRule {
  /** Words as `queryWords` gives them. */
  readonly from: readonly string[]
  /** Each a run of words. */
  readonly to: readonly (readonly string[])[]
  /** The words themselves no longer count ("a => b" without a on the right). */
  readonly replaces: boolean
}

/** Rules by their first word. */
export type Synonyms = ReadonlyMap<string, readonly SynonymRule[]>

/**
 * Reads a list of synonyms in the Solr format: one rule a line, `a, b, c` (each also means the
 * others) or `a, b => c, d` (the left is read as the right); `#` begins a comment; several words
 * may stand where one does. Throws ERR_ARGUMENT with the line where a rule lacks a side.
 */
export function readSynonyms(text: string): Synonyms {
  const rules = new Map<string, SynonymRule[]>()
  text.split(/\r?\n/).forEach((raw, i) => {
    const line = raw.replace(/#.*/, '').trim()
    if (line === '') return
    const sides = line.split('=>')
    const left = phrases(sides[0]!)
    const right = sides.length === 1 ? left : phrases(sides[1]!)
    if (sides.length > 2 || left.length === 0 || right.length === 0) {
      throw new StorewrightError('ERR_ARGUMENT', `synonyms, line ${i + 1}: "${line}" is no rule`, {
        line: i + 1,
        next: 'Write "a, b, c" or "a, b => c".',
      })
    }
    for (const from of left) addRule(rules, from, right, sides.length === 2)
  })
  return rules
}

function phrases(side: string): string[][] {
  return side
    .split(',')
    .map((phrase) => queryWords(phrase))
    .filter((words) => words.length > 0)
}

function addRule(
  rules: Map<string, SynonymRule[]>,
  from: readonly string[],
  right: readonly (readonly string[])[],
  directed: boolean,
): void {
  const key = from.join(' ')
  const to = right.filter((words) => words.join(' ') !== key)
  const replaces = directed && to.length === right.length
  const known = rules.get(from[0]!) ?? []
  rules.set(from[0]!, known)
  const same = known.findIndex((rule) => rule.from.join(' ') === key)
  if (same < 0) known.push({ from, to, replaces })
  else {
    const before = known[same]!
    known[same] = { from, to: [...before.to, ...to], replaces: before.replaces && replaces }
  }
}
