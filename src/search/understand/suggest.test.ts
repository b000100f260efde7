import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createIndex } from '../index/door.ts'
import { createSuggester, openSuggester, type Suggester } from './suggest.ts'
import { matchedForm, suggestionEntries } from './suggest-entries.ts'

const index = createIndex([
  { name: 'title', role: 'title' },
  { name: 'category', role: 'category' },
  { name: 'brand', role: 'brand' },
  { name: 'colour', role: 'attribute' },
  { name: 'sold', role: 'popularity' },
])
index.add(
  Array.from({ length: 200 }, (_, i) => ({
    id: `p${i}`,
    values: {
      title: `${['Red', 'Light Blue'][i % 2]} ${['coffee mug', 'laptop stand', 'desk lamp'][i % 3]} ${i}`,
      category: ['Kitchen > Mugs', 'Office > Laptop Stands', 'Home > Lamps'][i % 3]!,
      brand: ['Norwick', 'Hal Forge'][i % 2]!,
      colour: ['Red', 'Light Blue'][i % 2]!,
      sold: i,
    },
  })),
)
const QUERIES = [
  { text: 'Laptop stand', count: 40 },
  { text: 'laptop bag', count: 90 },
  { text: 'lamp  shade', count: 5 },
  { text: 'my secret address', count: 1 },
  { text: 'bad\u0007query', count: 50 },
]
const suggester = createSuggester(index, QUERIES)
const textsFor = (typed: string, count = 5, by: Suggester = suggester) =>
  by.suggest(typed, count).map(({ text, kind }) => `${kind}: ${text}`)

describe('suggest', () => {
  it('completes queries by how often they were asked, then what the store has', () => {
    const found = textsFor('lap')
    expect(found.slice(0, 3)).toEqual([
      'query: laptop bag',
      'query: laptop stand',
      'category: Office > Laptop Stands',
    ])
    expect(textsFor('forge')[0]).toBe('brand: Hal Forge')
    expect(textsFor('mugs')[0]).toBe('category: Kitchen > Mugs')
    expect(suggester.suggest('light blue', 1)[0]).toMatchObject({
      kind: 'attribute',
      field: 'colour',
    })
  })

  it('suggests products with their ids, the better sold first', () => {
    const found = suggester.suggest('red coffee', 3)
    expect(found.map(({ productId }) => productId)).toEqual(['p198', 'p192', 'p186'])
  })

  it('bears slips in whole words and in the one being typed', () => {
    expect(textsFor('lpato')[0]).toBe('query: laptop bag')
    expect(textsFor('lapotp st')[0]).toBe('query: laptop stand')
    expect(textsFor('norwcik')[0]).toBe('brand: Norwick')
  })

  it('never shows what only one person typed, nor control characters', () => {
    expect(textsFor('my sec')).toEqual([])
    expect(textsFor('bad')).toEqual([])
  })

  it('gives the best of all entries with a word that begins so', () => {
    const entries = suggestionEntries(index, QUERIES)
    fc.assert(
      fc.property(
        fc.constantFrom('r', 'l', 'li', 'la', 'c', 'coffee m', 'n', '1', 's'),
        (typed) => {
          const weightOf = (form: string, weight: number) =>
            form.startsWith(typed) ? weight + 0.3 : ` ${form}`.includes(` ${typed}`) ? weight : 0
          const plain = entries
            .map((entry) => weightOf(matchedForm(entry), entry.weight))
            .filter((weight) => weight > 0)
            .toSorted((a, b) => b - a)
          const best = suggester.suggest(typed, 1)[0]!
          expect(weightOf(matchedForm(best), best.weight)).toBeCloseTo(plain[0]!, 5)
        },
      ),
    )
  })

  it('is the same from its bytes', () => {
    const again = openSuggester(suggester.toBytes())
    for (const typed of ['lap', 'red', 'norwcik', 'mu', 'l']) {
      expect(again.suggest(typed, 8)).toEqual(suggester.suggest(typed, 8))
    }
    expect(() => openSuggester(new Uint8Array(3))).toThrow(/cannot be read/)
  })

  it('never throws, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.integer(), (typed, count) => {
        expect(suggester.suggest(typed, count % 50).length).toBeLessThanOrEqual(
          Math.max(0, count % 50),
        )
      }),
    )
    expect(suggester.suggest('constructor', 5)).toEqual([])
  })
})
