import type { DocSet, SearchIndex } from '../../index/types.ts'
import type { AnalyzedQuery } from '../../query/query.ts'
import type { RuleTarget, SearchRule } from './rule.ts'

/** Documents in order, with the reasons for which some were moved. */
export interface RuledRanking {
  readonly docs: Int32Array
  /** Falling where no rule moved anything; a pinned document has that of its neighbour. */
  readonly scores: Float32Array
  /** Names of the rules that moved a document, by document. */
  readonly movedBy: ReadonlyMap<number, readonly string[]>
}

/** Rules ready for the queries of one index. */
export interface PreparedRules {
  readonly rules: readonly SearchRule[]
  /** Pairs of rules that cannot both be kept, in words. */
  readonly conflicts: readonly string[]
  /** Applies the rules to documents ranked best first. Pinned products come in though not found. */
  apply(query: AnalyzedQuery, docs: Int32Array, scores: Float32Array): RuledRanking
}

/**
 * Prepares rules for an index. Throws ERR_ARGUMENT where a filter names an unknown field. Rules go in
 * the order boost, bury, pin; of two pins for one place the first rule keeps it, the other comes next.
 */
export function prepareRules(index: SearchIndex, rules: readonly SearchRule[]): PreparedRules {
  const prepared = rules.map((rule) => prepareRule(index, rule))
  return {
    rules,
    conflicts: findConflicts(index, prepared),
    apply: (query, docs, scores) => applyAll(index, prepared, query, docs, scores),
  }
}

interface PreparedRule {
  readonly rule: SearchRule
  /** Words of the pattern, normalized as queries are. */
  readonly text: string
  readonly words: readonly string[]
  /** Whether it moves a document, by what the index held when it was asked last. */
  targets(doc: number): boolean
}

function prepareRule(index: SearchIndex, rule: SearchRule): PreparedRule {
  const { text, tokens } = index.analyze(rule.query?.text ?? '')
  const { action } = rule
  const targets =
    action.kind === 'pin'
      ? (doc: number) => doc === index.docOf(action.productId)
      : targetTest(index, action.target)
  return { rule, text, words: tokens, targets }
}

function targetTest(index: SearchIndex, { productIds, filters }: RuleTarget) {
  const ids = new Set(productIds)
  let revision = index.revision
  let allowed: DocSet | undefined = filters === undefined ? undefined : index.filter(filters)
  return (doc: number) => {
    if (filters !== undefined && revision !== index.revision) {
      allowed = index.filter(filters)
      revision = index.revision
    }
    const isMeeting = allowed !== undefined && ((allowed.words[doc >> 5]! >>> (doc & 31)) & 1) === 1
    return isMeeting || ids.has(index.idOf(doc) ?? '')
  }
}

/** Whether a rule is for a query. */
function isFor({ rule, text, words }: PreparedRule, query: AnalyzedQuery): boolean {
  if (rule.query === undefined) return true
  if (text === '') return false
  if (rule.query.kind === 'is') return query.text === text
  if (rule.query.kind === 'begins') return `${query.text} `.startsWith(`${text} `)
  return words.every((word) => query.tokens.includes(word))
}

function applyAll(
  index: SearchIndex,
  prepared: readonly PreparedRule[],
  query: AnalyzedQuery,
  docs: Int32Array,
  scores: Float32Array,
): RuledRanking {
  const rules = prepared.filter((rule) => isFor(rule, query))
  const movedBy = new Map<number, string[]>()
  if (rules.length === 0) return { docs, scores, movedBy }
  const note = (doc: number, name: string) => movedBy.set(doc, [...(movedBy.get(doc) ?? []), name])
  const list = boosted(rules, docs, scores, note)
  const kept = pinned(index, rules, buried(rules, list, note), note)
  return {
    docs: Int32Array.from(kept, ({ doc }) => doc),
    scores: Float32Array.from(kept, ({ score }) => score),
    movedBy,
  }
}

interface Placed {
  readonly doc: number
  readonly score: number
}

type Note = (doc: number, name: string) => void

function boosted(
  rules: readonly PreparedRule[],
  docs: Int32Array,
  scores: Float32Array,
  note: Note,
): Placed[] {
  const spread = deviationOf(scores) || 1
  const list = Array.from(docs, (doc, place) => {
    let score = scores[place]!
    for (const { rule, targets } of rules) {
      if (rule.action.kind !== 'boost' || !targets(doc)) continue
      score += rule.action.by * spread
      note(doc, rule.name)
    }
    return { doc, score, place }
  })
  return list.sort((a, b) => b.score - a.score || a.place - b.place)
}

function buried(rules: readonly PreparedRule[], list: readonly Placed[], note: Note): Placed[] {
  const burying = rules.filter(({ rule }) => rule.action.kind === 'bury')
  const isBuried = ({ doc }: Placed) => {
    const by = burying.filter(({ targets }) => targets(doc))
    for (const { rule } of by) note(doc, rule.name)
    return by.length > 0
  }
  const below = list.filter(isBuried)
  if (below.length === 0) return [...list]
  return [...list.filter((placed) => !below.includes(placed)), ...below]
}

function pinned(
  index: SearchIndex,
  rules: readonly PreparedRule[],
  list: readonly Placed[],
  note: Note,
): Placed[] {
  const pins = rules
    .flatMap(({ rule }) =>
      rule.action.kind === 'pin' ? [{ name: rule.name, ...rule.action }] : [],
    )
    .map((pin) => ({ ...pin, doc: index.docOf(pin.productId) }))
    .filter(({ doc }, i, all) => doc >= 0 && all.findIndex((pin) => pin.doc === doc) === i)
    .sort((a, b) => a.position - b.position)
  const result = list.filter(({ doc }) => !pins.some((pin) => pin.doc === doc))
  let taken = 0
  for (const { doc, name, position } of pins) {
    const place = Math.min(Math.max(position - 1, taken), result.length)
    const neighbour = result[place] ?? result.at(-1)
    result.splice(place, 0, { doc, score: neighbour?.score ?? 0 })
    taken = place + 1
    note(doc, name)
  }
  return result
}

function deviationOf(scores: Float32Array): number {
  const n = Math.max(1, scores.length)
  const mean = scores.reduce((a, b) => a + b, 0) / n
  return Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / n)
}

/** Pairs of rules that may be for one query and cannot both be kept. */
function findConflicts(index: SearchIndex, prepared: readonly PreparedRule[]): readonly string[] {
  const conflicts: string[] = []
  prepared.forEach((a, i) => {
    for (const b of prepared.slice(i + 1)) {
      const why = mayMeet(a, b)
        ? (conflictOf(index, a.rule, b) ?? conflictOf(index, b.rule, a))
        : undefined
      if (why !== undefined) conflicts.push(`"${a.rule.name}" and "${b.rule.name}": ${why}`)
    }
  })
  return conflicts
}

/** Whether some query is for both; texts that differ are told apart only where both are whole queries. */
function mayMeet(a: PreparedRule, b: PreparedRule): boolean {
  const [p, q] = [a.rule.query, b.rule.query]
  if (p === undefined || q === undefined) return true
  if (p.kind === 'is' && q.kind === 'is') return a.text === b.text
  if (p.kind === 'has' || q.kind === 'has') {
    if (p.kind === 'is') return b.words.every((word) => a.words.includes(word))
    if (q.kind === 'is') return a.words.every((word) => b.words.includes(word))
    return true
  }
  const [short, long] = a.text.length < b.text.length ? [a, b] : [b, a]
  const isOpen = short.rule.query?.kind === 'begins' || short.text === long.text
  return isOpen && `${long.text} `.startsWith(`${short.text} `)
}

function conflictOf(
  index: SearchIndex,
  { action }: SearchRule,
  other: PreparedRule,
): string | undefined {
  if (action.kind !== 'pin') return undefined
  const { productId, position } = action
  const beside = other.rule.action
  if (beside.kind === 'pin') {
    const isSame = beside.productId === productId
    if (isSame && beside.position !== position) {
      return `${productId} is pinned to places ${position} and ${beside.position}; the first rule counts`
    }
    if (!isSame && beside.position === position)
      return `both pin place ${position}; the first rule has it`
    return undefined
  }
  const doc = index.docOf(productId)
  if (doc < 0 || !other.targets(doc)) return undefined
  return beside.kind === 'bury'
    ? `${productId} is pinned and buried; the pin counts`
    : `${productId} is pinned, so the boost does not move it`
}
