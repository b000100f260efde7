import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAnalyzer } from './analyzer.ts'
import { MAX_QUERY_LENGTH, MAX_QUERY_TOKENS } from './query.ts'
import { readSynonyms } from './synonyms.ts'

const english = createAnalyzer(['en'])
const read = (raw: string) => english.analyzeQuery(raw, false, () => false)

describe('a query', () => {
  it('keeps its stop words where it is short or has no others', () => {
    expect(read('the who').terms).toEqual(['the', 'who'])
    expect(read('it').terms).toEqual(['it'])
    expect(read('what is this and that about').terms).not.toContain('')
    expect(read('cases for the new red phone').terms).toEqual([
      'case',
      '',
      '',
      'new',
      'red',
      'phone',
    ])
  })

  it('is stemmed in the language that covers it best', () => {
    const both = createAnalyzer(['en', 'de'])
    expect(both.analyzeQuery('hülle für das telefon', false, () => false).language).toBe('de')
    expect(both.analyzeQuery('case for the phone', false, () => false).language).toBe('en')
    const german = both.languages[1]!.stem('kissen')
    expect(both.languages[0]!.stem('kissen')).not.toBe(german)
    expect(both.analyzeQuery('kissen', false, (term) => term === german).language).toBe('de')
    expect(() => createAnalyzer(['xx'])).toThrow('no language xx')
  })

  it('is cut to its longest and never throws', () => {
    const long = read('word '.repeat(5000))
    expect(long.raw.length).toBeLessThanOrEqual(MAX_QUERY_LENGTH)
    expect(long.tokens.length).toBe(MAX_QUERY_TOKENS)
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 2000 }),
        fc.boolean(),
        (raw, unfinished) => {
          const query = english.analyzeQuery(raw, unfinished, () => true)
          expect(query.terms.length).toBe(query.tokens.length)
          if (query.tokens.length > 0) expect(query.terms.some((term) => term !== '')).toBe(true)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('tells its script', () => {
    expect(read('phone').script).toBe('latin')
    expect(read('телефон').script).toBe('cyrillic')
    expect(read('東京').script).toBe('cjk')
    expect(read('😀').script).toBe('other')
  })
})

describe('synonyms', () => {
  it('are read as Solr writes them', () => {
    const rules = readSynonyms('tv, television set\n# more\nnotebook => laptop, portable computer')
    expect(rules.get('tv')).toEqual([
      { from: ['tv'], to: [['television', 'set']], replaces: false },
    ])
    expect(rules.get('notebook')?.[0]).toEqual({
      from: ['notebook'],
      to: [['laptop'], ['portable', 'computer']],
      replaces: true,
    })
  })

  it('say which line is no rule', () => {
    expect(() => readSynonyms('a, b\n=> c')).toThrow('line 2')
    expect(() => readSynonyms('a => b => c')).toThrow('line 1')
  })
})
