import { declareKnob } from '../../core/knobs.ts'

export const bm25K1 = declareKnob({
  name: 'search.bm25-k1',
  unit: 'occurrences',
  range: [0, 10],
  default: 1.2,
  trades: 'Higher lets a word that occurs often in a field count more; lower counts it about once.',
})

export const bm25B = declareKnob({
  name: 'search.bm25-b',
  unit: 'share',
  range: [0, 1],
  default: 0.75,
  trades: 'Higher discounts words of long fields more; 0 ignores how long a field is.',
})

export const bm25Delta = declareKnob({
  name: 'search.bm25-delta',
  unit: 'share of the fields’ weight',
  range: [0, 10],
  default: 0.25,
  trades:
    'Higher puts products with more words of the query before those with few of them often or in the title.',
})

export const titleWeight = weightKnob('title', 3)
export const textWeight = weightKnob('text', 1)
export const categoryWeight = weightKnob('category', 1)
export const brandWeight = weightKnob('brand', 1.5)
export const attributeWeight = weightKnob('attribute', 1)

export const qualityPrior = declareKnob({
  name: 'search.quality-prior',
  unit: 'share of the score',
  range: [0, 2],
  default: 0.1,
  trades:
    'Higher prefers popular and well-rated products among those that match alike; too high shows best-sellers for everything.',
})

export const stopWordWeight = declareKnob({
  name: 'search.stop-word-weight',
  unit: 'share',
  range: [0, 1],
  default: 0.2,
  trades:
    'Higher minds small words such as "the" and "with" more in short queries that have others.',
})

export const titleBonus = declareKnob({
  name: 'search.title-bonus',
  unit: 'share of the query’s weight',
  range: [0, 5],
  default: 0.5,
  trades: 'Higher puts a product whose whole title is the query further ahead of longer titles.',
})

export const proximityWeight = declareKnob({
  name: 'search.proximity-weight',
  unit: 'share of the words’ weight',
  range: [0, 5],
  default: 0.5,
  trades:
    'Higher rewards words of the query that stand side by side; it costs time for every match.',
})

export const typoWeight = declareKnob({
  name: 'search.typo-weight',
  unit: 'share a letter',
  range: [0, 1],
  default: 0.6,
  trades: 'Higher counts a word one letter away nearly as much as the word itself.',
})

export const prefixWeight = declareKnob({
  name: 'search.prefix-weight',
  unit: 'share',
  range: [0, 1],
  default: 0.8,
  trades: 'Higher counts words that only begin with an unfinished word nearly as much as itself.',
})

export const synonymWeight = declareKnob({
  name: 'search.synonym-weight',
  unit: 'share',
  range: [0, 1],
  default: 0.8,
  trades: 'Higher counts a synonym nearly as much as the word that was typed.',
})

export const splitWeight = declareKnob({
  name: 'search.split-weight',
  unit: 'share',
  range: [0, 1],
  default: 0.8,
  trades: 'Higher counts "blu ray" nearly as much as "bluray", and the other way round.',
})

export const maximumExpansions = declareKnob({
  name: 'search.maximum-expansions',
  unit: 'words',
  range: [1, 1000],
  default: 16,
  trades:
    'Higher follows more endings of an unfinished word and more corrections; each costs time.',
})

export const rareWord = declareKnob({
  name: 'search.rare-word',
  unit: 'products',
  range: [0, 1000],
  default: 2,
  trades:
    'Words in at most this many products are also taken for misspellings of common words close by.',
})

export const impactCache = declareKnob({
  name: 'search.maximum-impact-cache',
  speed: true,
  unit: 'MiB',
  range: [1, 65_536],
  default: 256,
  trades: 'Higher keeps the scored lists of more words in memory: faster queries for more memory.',
})

export const mergeFactor = declareKnob({
  name: 'search.merge-factor',
  unit: 'segments',
  range: [2, 64],
  default: 6,
  trades: 'Higher merges segments less often: faster changes, slower queries.',
})

function weightKnob(role: string, weight: number) {
  return declareKnob({
    name: `search.${role}-weight`,
    unit: 'weight',
    range: [0, 1000],
    default: weight,
    trades: `Higher counts words of ${role} fields more beside the others; a field's own weight comes first.`,
  })
}
