import type { BytePairModel, UnigramModel, WordPieceModel } from './tokenizer-file.ts'

/** Cuts a piece of text into the numbers of its subwords. */
export type Subwords = (piece: string) => readonly number[]

/**
 * Longest known prefix first; a word of which any part is unknown is unknown as a whole.
 * Source: Devlin et al. 2019 (BERT).
 */
export function wordPieces(model: WordPieceModel): Subwords {
  const vocabulary = new Map(Object.entries(model.vocab))
  const unknown = vocabulary.get(model.unk_token) ?? 0
  return (piece) => {
    const letters = [...piece]
    if (letters.length > model.max_input_chars_per_word) return [unknown]
    const found: number[] = []
    for (let from = 0; from < letters.length; ) {
      const prefix = from === 0 ? '' : model.continuing_subword_prefix
      let to = letters.length
      let number: number | undefined
      for (; to > from && number === undefined; to--) {
        number = vocabulary.get(prefix + letters.slice(from, to).join(''))
      }
      if (number === undefined) return [unknown]
      found.push(number)
      from = to + 1
    }
    return found
  }
}

/** Pairs are joined in the order in which they were learned. Source: Sennrich, Haddow & Birch 2016. */
export function bytePairs(model: BytePairModel): Subwords {
  const vocabulary = new Map(Object.entries(model.vocab))
  const ranks = new Map(
    model.merges.map((merge, rank) => [typeof merge === 'string' ? merge : merge.join(' '), rank]),
  )
  const unknown = vocabulary.get(model.unk_token ?? '')
  const numbersOf = (part: string): readonly number[] => {
    const number = vocabulary.get(part)
    if (number !== undefined) return [number]
    const bytes = model.byte_fallback ? bytesOf(part, vocabulary) : []
    return bytes.length > 0 || unknown === undefined ? bytes : [unknown]
  }
  return (piece) => {
    let parts: string[] = [...piece]
    for (;;) {
      let best = Infinity
      for (let i = 0; i + 1 < parts.length; i++) {
        best = Math.min(best, ranks.get(`${parts[i]!} ${parts[i + 1]!}`) ?? Infinity)
      }
      if (best === Infinity) return parts.flatMap(numbersOf)
      parts = joinPairs(parts, best, ranks)
    }
  }
}

function joinPairs(
  parts: readonly string[],
  rank: number,
  ranks: ReadonlyMap<string, number>,
): string[] {
  const joined: string[] = []
  for (let i = 0; i < parts.length; i++) {
    const isPair = i + 1 < parts.length && ranks.get(`${parts[i]!} ${parts[i + 1]!}`) === rank
    joined.push(isPair ? parts[i]! + parts[i + 1]! : parts[i]!)
    if (isPair) i++
  }
  return joined
}

/** Numbers of the bytes of a text, where the vocabulary has them as <0x41>. */
function bytesOf(text: string, vocabulary: ReadonlyMap<string, number>): readonly number[] {
  return Array.from(new TextEncoder().encode(text), (byte) =>
    vocabulary.get(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`),
  ).filter((number) => number !== undefined)
}

/** What an unknown letter costs beside the least likely known part. */
const UNKNOWN_PENALTY = 10

/** The likeliest way to cut a piece into known parts, by Viterbi. Source: Kudo 2018. */
export function unigramParts(model: UnigramModel): Subwords {
  const vocabulary = new Map(model.vocab.map(([part, score], i) => [part, { number: i, score }]))
  const longest = model.vocab.reduce((most, [part]) => Math.max(most, [...part].length), 1)
  const worst = model.vocab.reduce((least, [, score]) => Math.min(least, score), 0)
  const unknown = { number: model.unk_id ?? 0, score: worst - UNKNOWN_PENALTY }
  return (piece) => {
    const letters = [...piece]
    const scores = [0]
    const steps: { readonly from: number; readonly number: number }[] = [{ from: 0, number: -1 }]
    for (let to = 1; to <= letters.length; to++) {
      scores.push(-Infinity)
      for (let from = Math.max(0, to - longest); from < to; from++) {
        const known = vocabulary.get(letters.slice(from, to).join(''))
        const part = known ?? (to - from === 1 ? unknown : undefined)
        if (part === undefined || scores[from]! + part.score <= scores[to]!) continue
        scores[to] = scores[from]! + part.score
        steps[to] = { from, number: part.number }
      }
    }
    return walkBack(steps, letters.length, unknown.number)
  }
}

/** Numbers along the best path; unknown letters in a row count once. */
function walkBack(
  steps: readonly { readonly from: number; readonly number: number }[],
  end: number,
  unknown: number,
): readonly number[] {
  const numbers: number[] = []
  for (let at = end; at > 0; at = steps[at]!.from) {
    const { number } = steps[at]!
    if (number !== unknown || numbers[numbers.length - 1] !== unknown) numbers.push(number)
  }
  return numbers.reverse()
}
