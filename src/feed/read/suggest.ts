/** Less of the letter pairs in common is another word, not a slip of the hand. */
const LIKENESS = 0.4

/** The candidate that `word` may be a misspelling of, or undefined when none is like it. */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  const lower = word.toLowerCase()
  const like = candidates
    .map((candidate) => ({ candidate, score: likeness(lower, candidate) }))
    .filter(({ score }) => score >= LIKENESS)
  return like.sort((a, b) => b.score - a.score)[0]?.candidate
}

/** Share of letter pairs in common (Dice), 0 to 1. */
function likeness(a: string, b: string): number {
  const [inA, inB] = [pairs(a), pairs(b)]
  const common = [...inA].filter((pair) => inB.has(pair)).length
  return (2 * common) / (inA.size + inB.size)
}

function pairs(word: string): Set<string> {
  const padded = ` ${word} `
  return new Set(Array.from({ length: padded.length - 1 }, (_, i) => padded.slice(i, i + 2)))
}
