import { z } from 'zod'
import { StorewrightError } from '../../../core/errors.ts'

// The parts of a tokenizer.json (Hugging Face tokenizers) that are read. Steps keep their own settings
// as they are: each reader takes what it knows of.

const step = z.looseObject({ type: z.string() })
export type Step = z.infer<typeof step>

const wordPiece = z.looseObject({
  type: z.literal('WordPiece'),
  vocab: z.record(z.string(), z.number()),
  unk_token: z.string().default('[UNK]'),
  continuing_subword_prefix: z.string().default('##'),
  max_input_chars_per_word: z.number().default(100),
})
const bytePair = z.looseObject({
  type: z.literal('BPE'),
  vocab: z.record(z.string(), z.number()),
  merges: z.array(z.union([z.string(), z.tuple([z.string(), z.string()])])),
  unk_token: z.string().nullish(),
  byte_fallback: z.boolean().default(false),
})
const unigram = z.looseObject({
  type: z.literal('Unigram'),
  vocab: z.array(z.tuple([z.string(), z.number()])),
  unk_id: z.number().nullish(),
})

const file = z.looseObject({
  truncation: z.looseObject({ max_length: z.number() }).nullish(),
  normalizer: step.nullish(),
  pre_tokenizer: step.nullish(),
  post_processor: step.nullish(),
  model: z.discriminatedUnion('type', [wordPiece, bytePair, unigram]),
})

export type WordPieceModel = z.infer<typeof wordPiece>
export type BytePairModel = z.infer<typeof bytePair>
export type UnigramModel = z.infer<typeof unigram>
export type TokenizerFile = z.infer<typeof file>

/** Reads the text of a tokenizer.json. Throws ERR_SETTINGS on one that is not understood, naming `path`. */
export function parseTokenizer(text: string, path: string): TokenizerFile {
  try {
    return file.parse(JSON.parse(text))
  } catch (cause) {
    throw new StorewrightError('ERR_SETTINGS', 'the tokenizer is not one that can be read', {
      file: path,
      next: 'Give a tokenizer.json with a WordPiece, BPE or Unigram model.',
      cause,
    })
  }
}
