import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fold } from './fold.ts'
import { forEachWord, queryWords } from './words.ts'

function indexed(text: string): string {
  const words: string[] = []
  forEachWord(text, 0, (word, position) => words.push(`${word}@${position}`))
  return words.join(' ')
}

describe('words', () => {
  it('are indexed in all the ways they are written', () => {
    expect(indexed('SPA2600/00')).toBe('spa2600@0 00@1 spa260000@0')
    expect(indexed('17" screen')).toBe('17@0 17inch@0 screen@1')
    expect(indexed('8 GB, 10 inches')).toBe('8@0 gb@1 8gb@0 10@2 inches@3 10inch@2')
    expect(indexed('17-inch 12in')).toBe('17@0 inch@1 17inch@0 12in@2 12inch@2')
    expect(indexed('Wi-Fi')).toBe('wi@0 fi@1 wifi@0')
    expect(indexed("Ocean's don’t l'homme")).toBe('ocean@0 dont@1 lhomme@2 homme@2')
    expect(indexed('5.1 1,440 2,5 802.11n')).toBe('5.1@0 1440@1 2.5@2 802.11n@3')
    expect(indexed('東京都')).toBe('東@0 東京@0 京@1 京都@1 都@2')
    expect(indexed('Ｃａｆé Straße')).toBe('cafe@0 strasse@1')
    expect(indexed('')).toBe('')
  })

  it('of a query are one a token', () => {
    expect(queryWords('8 GB iPod')).toEqual(['8gb', 'ipod'])
    expect(queryWords('10 inch')).toEqual(['10inch'])
    expect(queryWords('spa2600/00 blu-ray')).toEqual(['spa260000', 'blu', 'ray'])
    expect(queryWords('U.S.A. AT&T')).toEqual(['usa', 'at', 't'])
    expect(queryWords('東京都 犬')).toEqual(['東京', '京都', '犬'])
    expect(queryWords(' -- 😀 \u0000')).toEqual([])
  })

  it('of a query stand among those of the same text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const words = new Set<string>()
        forEachWord(text, 0, (word) => words.add(word))
        for (const word of queryWords(text)) expect(words).toContain(word)
      }),
      { numRuns: 500 },
    )
  })

  it('come from any text, rising, and folding twice changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const last = new Map<string, number>()
        const end = forEachWord(text, 0, (word, position) => {
          expect(position).toBeGreaterThanOrEqual(last.get(word) ?? 0)
          last.set(word, position)
        })
        for (const position of last.values()) expect(position).toBeLessThan(end)
        expect(fold(fold(text))).toBe(fold(text))
      }),
      { numRuns: 500 },
    )
  })
})
