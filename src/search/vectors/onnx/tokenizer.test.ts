import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTokenizer } from './tokenizer.ts'

const bert = {
  normalizer: { type: 'BertNormalizer', lowercase: true },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [
      { SpecialToken: { id: '[CLS]', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '[SEP]', type_id: 0 } },
    ],
    special_tokens: { '[CLS]': { ids: [1] }, '[SEP]': { ids: [2] } },
  },
  model: {
    type: 'WordPiece',
    vocab: {
      '[UNK]': 0,
      '[CLS]': 1,
      '[SEP]': 2,
      un: 3,
      '##aff': 4,
      '##able': 5,
      mug: 6,
      '!': 7,
      茶: 8,
    },
  },
}

const bytePair = {
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false },
  model: {
    type: 'BPE',
    vocab: { l: 0, o: 1, w: 2, e: 3, r: 4, lo: 5, low: 6, er: 7, Ġ: 8, Ġlow: 9, Ã: 10, '¤': 11 },
    merges: ['l o', 'lo w', ['e', 'r'], 'Ġ low'],
  },
}

const unigram = {
  normalizer: { type: 'Precompiled', precompiled_charsmap: '' },
  pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always' },
  post_processor: { type: 'RobertaProcessing', cls: ['<s>', 10], sep: ['</s>', 11] },
  model: {
    type: 'Unigram',
    unk_id: 0,
    vocab: [
      ['<unk>', 0],
      ['▁', -2],
      ['▁ab', -3],
      ['a', -2],
      ['b', -2],
      ['abc', -10],
      ['c', -2.5],
      ['▁abc', -8],
    ],
  },
}

const of = (file: object) => createTokenizer(JSON.stringify(file))

describe('word pieces', () => {
  test('the longest known prefix first, the example of BERT', () => {
    expect(of(bert)('UNaffable mug!')).toEqual([1, 3, 4, 5, 6, 7, 2])
  })
  test('a word with an unknown part is unknown as a whole; accents go, ideographs stand alone', () => {
    expect(of(bert)('unaffx múg 茶mug')).toEqual([1, 0, 6, 8, 6, 2])
  })
})

describe('byte pairs', () => {
  test('are joined in the order in which they were learned', () => {
    expect(of(bytePair)('lower low')).toEqual([6, 7, 9])
  })
  test('letters outside ASCII are bytes', () => {
    expect(of(bytePair)('ä')).toEqual([10, 11])
  })
  test('what has no token falls back to its bytes, else to the unknown one', () => {
    const vocab = { '<unk>': 0, a: 1, '<0xC3>': 2, '<0xA4>': 3 }
    const model = { type: 'BPE', vocab, merges: [], unk_token: '<unk>', byte_fallback: true }
    expect(of({ model })('aäé')).toEqual([1, 2, 3, 2])
    expect(of({ model: { ...model, byte_fallback: false } })('aé')).toEqual([1, 0])
  })
})

describe('unigram', () => {
  test('takes the likeliest parts: −3 −2.5 before −8 and −2 −10', () => {
    expect(of(unigram)('abc')).toEqual([10, 2, 6, 11])
  })
  test('unknown letters in a row count once', () => {
    expect(of(unigram)('a zz b')).toEqual([10, 1, 3, 1, 0, 1, 4, 11])
  })
})

test.each([
  ['BERT', bert],
  ['byte level', bytePair],
  ['sentence piece', unigram],
])('any text has tokens of bounded number: %s', (_, file) => {
  const tokenize = of(file)
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(tokenize(text).every(Number.isInteger)).toBe(true)
    }),
  )
  expect(tokenize('mug '.repeat(10_000)).length).toBeLessThanOrEqual(256)
  expect(tokenize('a'.repeat(100_000)).length).toBeLessThanOrEqual(256)
})

test.each([
  ['no JSON', '{'],
  ['no model', '{}'],
  ['an unknown model', '{"model":{"type":"Magic"}}'],
  ['an unknown step', JSON.stringify({ ...bert, normalizer: { type: 'Magic' } })],
])('a file with %s is refused', (_, json) => {
  expect(() => createTokenizer(json)).toThrow(expect.objectContaining({ code: 'ERR_SETTINGS' }))
})
