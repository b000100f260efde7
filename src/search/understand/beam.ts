import type { Interpretation } from '../query/query.ts'
import { isJoint, isNegation } from './number-phrases.ts'
import type { DraftSlot } from './number-slots.ts'

/** A reading that is being put together, from the first word on. */
interface State {
  readonly slots: readonly DraftSlot[]
  readonly rest: readonly number[]
  readonly score: number
}

/** A word is left as a word at least this probably, whatever it could mean. */
const LEAST_REST = 0.05
/** Two values of one field: either of them, or one of them misread. */
const REPEATED = 0.3
/** Meanings that begin at one word. */
const MOST_AT_ONE = 16
/** A negated value without "without" before it. */
const NOT_NEGATED = 0.1

/**
 * The likeliest ways to lay slots that do not overlap over a query's words, by beam search: the score
 * of a reading is the product of its slots' probabilities and of the probabilities that the other
 * words are just words (1 minus the best slot over them). Scores of the result sum to 1 over those
 * found.
 */
export function readByBeam(
  tokens: readonly string[],
  drafts: readonly DraftSlot[],
  width: number,
): {
  readonly slots: readonly DraftSlot[]
  readonly rest: readonly number[]
  likelihood: number
}[] {
  const slots = withNegation(tokens, bestOfEach(drafts))
  const restScores = tokens.map((token, t) => restScore(token, t, slots))
  const starting = tokens.map((_, t) =>
    slots
      .filter(({ from }) => from === t)
      .sort((a, b) => b.probability - a.probability)
      .slice(0, MOST_AT_ONE),
  )
  const states: State[][] = tokens.map(() => [])
  states.push([])
  states[0] = [{ slots: [], rest: [], score: 1 }]
  for (let t = 0; t < tokens.length; t++) {
    const kept = states[t]!.sort((a, b) => b.score - a.score).slice(0, width)
    for (const state of kept) {
      states[t + 1]!.push({
        ...state,
        rest: [...state.rest, t],
        score: state.score * restScores[t]!,
      })
      for (const slot of starting[t]!) states[slot.to]!.push(withSlot(state, slot))
    }
  }
  const last = states[tokens.length]!.sort((a, b) => b.score - a.score).slice(0, width)
  const sum = last.reduce((total, { score }) => total + score, 0)
  return last.map(({ slots: own, rest, score }) => ({ slots: own, rest, likelihood: score / sum }))
}

function withSlot(state: State, slot: DraftSlot): State {
  const repeats = state.slots.some(({ field, negated }) => field === slot.field && !negated)
  const factor = repeats && !slot.negated ? REPEATED : 1
  return {
    slots: [...state.slots, slot],
    rest: state.rest,
    score: state.score * slot.probability * factor,
  }
}

function restScore(token: string, t: number, slots: readonly DraftSlot[]): number {
  if (isJoint(token)) return 1
  let least = 1
  for (const { from, to, probability } of slots) {
    if (t < from || t >= to) continue
    // A slot of several words is left by all of them together.
    least = Math.min(least, Math.max(LEAST_REST, 1 - probability) ** (1 / (to - from)))
  }
  return least
}

/** The most probable of slots that say the same of the same words. */
function bestOfEach(drafts: readonly DraftSlot[]): DraftSlot[] {
  const best = new Map<string, DraftSlot>()
  for (const draft of drafts) {
    const { from, to, field, meaning, grade } = draft
    const what =
      meaning.kind === 'value' ? meaning.value.toLowerCase() : `${meaning.from} ${meaning.to}`
    const key = `${from} ${to} ${field} ${what} ${grade ?? ''}`
    const known = best.get(key)
    if (known === undefined || known.probability < draft.probability) best.set(key, draft)
  }
  return [...best.values()]
}

/** Slots after a "without" are what is not wanted, and take the word in. */
function withNegation(tokens: readonly string[], slots: readonly DraftSlot[]): DraftSlot[] {
  return slots.flatMap((slot) => {
    const before = tokens[slot.from - 1]
    if (before === undefined || !isNegation(before)) return [slot]
    return [
      { ...slot, from: slot.from - 1, negated: true },
      { ...slot, probability: slot.probability * NOT_NEGATED },
    ]
  })
}

/** A reading without slots. */
export function plainReading(tokens: readonly string[]): Interpretation {
  return { slots: [], rest: tokens.map((_, t) => t), likelihood: 1 }
}
