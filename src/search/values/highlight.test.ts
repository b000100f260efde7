import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { highlight, slips, type WordReader } from './highlight.ts'

/** A reader that stems by dropping a final s. */
const reader: WordReader = {
  analyze(raw) {
    const tokens = raw.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
    return { tokens, terms: tokens.map((token) => token.replace(/s$/, '')) }
  },
}
const queryOf = (text: string, unfinished = false) => ({ ...reader.analyze(text), unfinished })
const marked = (text: string, query: string, unfinished = false) =>
  highlight(text, queryOf(query, unfinished), reader)
    .map(({ text: piece, isMatch }) => (isMatch ? `[${piece}]` : piece))
    .join('')

describe('highlight', () => {
  it('marks stems, slips and beginnings', () => {
    expect(marked('Blue mugs, set of 2', 'mug blue')).toBe('[Blue] [mugs], set of 2')
    expect(marked('A laptop stand', 'lapotp')).toBe('A [laptop] stand')
    expect(marked('A laptop, or laptops', 'laptop')).toBe('A [laptop], or [laptops]')
    expect(marked('Headphones', 'head', true)).toBe('[Headphones]')
    expect(marked('Headphones', 'head')).toBe('Headphones')
    expect(marked('cat hat', 'bat')).toBe('cat hat')
  })

  it('escapes what HTML takes for its own', () => {
    const [first, second] = highlight('<b>mug</b> "&\'', queryOf('b'), reader)
    expect(first).toEqual({ text: '<', html: '&#60;', isMatch: false })
    expect(second).toMatchObject({ html: 'b', isMatch: true })
    const html = highlight('x<script>&"\'', queryOf('y'), reader)[0]!.html
    expect(html).toBe('x&#60;script&#62;&#38;&#34;&#39;')
  })

  it('cuts the excerpt with the most words of the query', () => {
    const text = 'one mug two three four five blue and mug six seven'
    const pieces = highlight(text, queryOf('blue mug'), reader, { words: 4 })
    expect(pieces.map(({ text: piece }) => piece).join('')).toBe('five blue and mug ')
  })

  it('gives back the text, whatever the text and query', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string(),
        fc.boolean(),
        (text, query, unfinished) => {
          const pieces = highlight(text, queryOf(query, unfinished), reader)
          expect(pieces.map((piece) => piece.text).join('')).toBe(text)
        },
      ),
    )
  })
})

describe('slips', () => {
  it('counts each kind once', () => {
    const cases: [string, string, number][] = [
      ['mug', 'mug', 0],
      ['mug', 'mgu', 1],
      ['mug', 'mugs', 1],
      ['mug', 'ug', 1],
      ['mug', 'mag', 1],
      ['', 'abc', 3],
      ['kitten', 'sitting', 3],
    ]
    for (const [a, b, count] of cases) {
      expect(slips(a, b)).toBe(count)
      expect(slips(b, a)).toBe(count)
    }
  })
})
