/** A stretch of a skeleton, and of the literals in it. */
export interface Span {
  readonly start: number
  readonly end: number
  readonly firstSlot: number
  /** Behind the last. */
  readonly endSlot: number
}

const TOKEN = /"(?:[^"]|"")*"|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|[()?;]/g
/** Words behind which another SELECT of the same brackets begins. */
const JOINS_SETS: ReadonlySet<string> = new Set(['UNION', 'INTERSECT', 'EXCEPT'])
/** Words that are of all SELECTs of a set operation, not of the last. */
const ENDS_SET: ReadonlySet<string> = new Set(['ORDER', 'LIMIT', 'OFFSET'])

interface Open {
  readonly start: number
  readonly firstSlot: number
  readonly depth: number
  readonly isBehindOther: boolean
  readonly place: number
}

/**
 * Where the SELECTs of a skeleton stand, in the order of their first words: from SELECT to the bracket, the
 * set operation or the end that closes it.
 */
export function selectSpans(skeleton: string): readonly Span[] {
  const spans: Span[] = []
  const open: Open[] = []
  let [depth, slots, count] = [0, 0, 0]
  let isBehindOther = false
  const close = (end: number) => {
    const { start, firstSlot, place } = open.pop()!
    spans[place] = { start, end, firstSlot, endSlot: slots }
  }
  const isOpenHere = () => open.at(-1)?.depth === depth
  for (const match of skeleton.matchAll(TOKEN)) {
    const [token] = match
    const word = token.toUpperCase()
    if (token === '(') {
      depth++
      isBehindOther = false
    } else if (token === '?') slots++
    else if (token === ')' || token === ';') {
      if (isOpenHere()) close(match.index)
      if (token === ')') depth--
    } else if (word === 'SELECT') {
      open.push({ start: match.index, firstSlot: slots, depth, isBehindOther, place: count++ })
      isBehindOther = false
    } else if (isOpenHere() && JOINS_SETS.has(word)) {
      close(match.index)
      isBehindOther = true
    } else if (isOpenHere() && open.at(-1)!.isBehindOther && ENDS_SET.has(word)) close(match.index)
  }
  while (open.length > 0) close(skeleton.length)
  return spans
}

/** The text of a span with the literals of one statement. */
export function textOf(skeleton: string, span: Span, texts: readonly string[]): string {
  let slot = span.firstSlot
  return skeleton
    .slice(span.start, span.end)
    .replace(/"(?:[^"]|"")*"|\?/g, (token) => (token === '?' ? texts[slot++]! : token))
}
