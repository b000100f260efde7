import { StorewrightError } from '../../../core/errors.ts'
import type { Step } from './tokenizer-file.ts'

/** Makes texts alike before they are cut. */
export type Normalizer = (text: string) => string
/** Cuts a text into the pieces that are tokenized one by one. */
export type PreTokenizer = (pieces: readonly string[]) => string[]

const FORMS = { NFC: 'NFC', NFD: 'NFD', NFKC: 'NFKC', NFKD: 'NFKD' } as const

/** The normalizer of a step. Throws ERR_SETTINGS on a kind that is not known. */
export function createNormalizer(step: Step | null | undefined): Normalizer {
  if (step === null || step === undefined) return (text) => text
  if (step.type in FORMS) {
    const form = FORMS[step.type as keyof typeof FORMS]
    return (text) => text.normalize(form)
  }
  switch (step.type) {
    case 'Sequence': {
      const all = stepsOf(step['normalizers']).map(createNormalizer)
      return (text) => all.reduce((now, normalize) => normalize(now), text)
    }
    case 'BertNormalizer':
      return bertNormalizer(step)
    case 'Lowercase':
      return (text) => text.toLowerCase()
    case 'StripAccents':
      return stripAccents
    case 'Strip':
      return (text) => text.trim()
    // The table of sentence-piece models: but for rare characters it is NFKC with blanks made one.
    case 'Precompiled':
      return (text) => text.normalize('NFKC').replace(/\s+/gu, ' ')
    case 'Prepend':
      return (text) => (text === '' ? '' : String(step['prepend']) + text)
    case 'Replace': {
      const pattern = patternOf(step['pattern'])
      return (text) => text.replace(pattern, String(step['content']))
    }
    default:
      throw unknown('normalizer', step.type)
  }
}

const stripAccents = (text: string) => text.normalize('NFD').replace(/\p{Mn}/gu, '')

function bertNormalizer(step: Step): Normalizer {
  const lower = step['lowercase'] !== false
  const accents = (step['strip_accents'] ?? lower) === true
  return (text) => {
    let now = text
    if (step['clean_text'] !== false) {
      now = now.replace(/\s/gu, ' ').replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}�]/gu, '')
    }
    // Ideographs are words each.
    if (step['handle_chinese_chars'] !== false) now = now.replace(/\p{Script=Han}/gu, ' $& ')
    if (accents) now = stripAccents(now)
    return lower ? now.toLowerCase() : now
  }
}

/** How GPT-2 cuts words: endings, words, numbers and signs with the blank before them. */
const BYTE_LEVEL = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu

/** The pre-tokenizer of a step. Throws ERR_SETTINGS on a kind that is not known. */
export function createPreTokenizer(step: Step | null | undefined): PreTokenizer {
  if (step === null || step === undefined) return (pieces) => [...pieces]
  const split = (pattern: RegExp) => (pieces: readonly string[]) =>
    pieces.flatMap((piece) => piece.match(pattern) ?? [])
  switch (step.type) {
    case 'Sequence': {
      const all = stepsOf(step['pretokenizers']).map(createPreTokenizer)
      return (pieces) => all.reduce((now, cut) => cut(now), [...pieces])
    }
    case 'BertPreTokenizer':
      return split(/[\p{P}$+<=>^`|~]|[^\s\p{P}$+<=>^`|~]+/gu)
    case 'Whitespace':
      return split(/[\p{L}\p{M}\p{N}_]+|[^\p{L}\p{M}\p{N}_\s]+/gu)
    case 'WhitespaceSplit':
      return split(/\S+/gu)
    case 'Punctuation':
      return split(/\p{P}|\P{P}+/gu)
    case 'Digits':
      return split(step['individual_digits'] === true ? /\p{N}|\P{N}+/gu : /\p{N}+|\P{N}+/gu)
    case 'ByteLevel':
      return byteLevel(step)
    case 'Metaspace':
      return metaspace(step)
    default:
      throw unknown('pre-tokenizer', step.type)
  }
}

function byteLevel(step: Step): PreTokenizer {
  const characters = byteCharacters()
  const encode = (piece: string) =>
    Array.from(new TextEncoder().encode(piece), (byte) => characters[byte]!).join('')
  return (pieces) =>
    pieces.flatMap((piece, i) => {
      const prefix = i === 0 && step['add_prefix_space'] === true && !piece.startsWith(' ')
      const text = prefix ? ` ${piece}` : piece
      const parts = step['use_regex'] === false ? [text] : (text.match(BYTE_LEVEL) ?? [])
      return parts.map(encode)
    })
}

/** The printable character that stands for each byte (GPT-2). */
function byteCharacters(): readonly string[] {
  let next = 256
  return Array.from({ length: 256 }, (_, byte) => {
    const printable =
      (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255)
    return String.fromCodePoint(printable ? byte : next++)
  })
}

/** Blanks become a visible sign that begins each word (sentence-piece). */
function metaspace(step: Step): PreTokenizer {
  const sign = String(step['replacement'] ?? '▁')
  const scheme = step['prepend_scheme'] ?? (step['add_prefix_space'] === false ? 'never' : 'always')
  return (pieces) =>
    pieces.flatMap((piece, i) => {
      const prefix = scheme === 'always' || (scheme === 'first' && i === 0)
      const marked = piece.replaceAll(' ', sign)
      const text = prefix && !marked.startsWith(sign) ? sign + marked : marked
      if (step['split'] === false) return text === '' ? [] : [text]
      const words: string[] = []
      for (const part of text.split(sign)) words.push(words.length === 0 ? part : sign + part)
      return words.filter((word) => word !== '')
    })
}

function stepsOf(value: unknown): readonly Step[] {
  return Array.isArray(value) ? (value as readonly Step[]) : []
}

function patternOf(value: unknown): RegExp | string {
  const pattern = value as { readonly String?: string; readonly Regex?: string }
  if (pattern.String !== undefined) return new RegExp(escapeRegExp(pattern.String), 'gu')
  return new RegExp(pattern.Regex ?? '(?!)', 'gu')
}

const escapeRegExp = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

function unknown(what: string, type: string): StorewrightError {
  return new StorewrightError('ERR_SETTINGS', `the ${what} ${type} is not known`, {
    next: 'Take a model whose tokenizer.json uses the usual BERT, sentence-piece or byte-level steps.',
  })
}
