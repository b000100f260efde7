import { bytePairs, type Subwords, unigramParts, wordPieces } from './subwords.ts'
import { createNormalizer, createPreTokenizer } from './text-steps.ts'
import { parseTokenizer, type Step, type TokenizerFile } from './tokenizer-file.ts'

/** Numbers of the tokens of a text, with those that begin and end it, at most as many as the model takes. */
export type Tokenizer = (text: string) => readonly number[]

/** Without a word of it in the file, models take so many tokens. */
const MOST_TOKENS = 256

/**
 * The tokenizer of a tokenizer.json. Throws ERR_SETTINGS on kinds that are not known. A text of any
 * length is cut before it is read: tokens have a letter at least.
 */
export function createTokenizer(json: string, path = 'tokenizer.json'): Tokenizer {
  const file = parseTokenizer(json, path)
  const normalize = createNormalizer(file.normalizer)
  const cut = createPreTokenizer(file.pre_tokenizer)
  const subwords = subwordsOf(file)
  const { before, after } = frameOf(file.post_processor)
  const most = Math.min(MOST_TOKENS, file.truncation?.max_length ?? MOST_TOKENS)
  const room = Math.max(0, most - before.length - after.length)
  return (text) => {
    const numbers: number[] = []
    for (const piece of cut([normalize(text.slice(0, 16 * most))])) {
      if (numbers.length >= room) break
      numbers.push(...subwords(piece.slice(0, 4 * most)))
    }
    return [...before, ...numbers.slice(0, room), ...after]
  }
}

function subwordsOf({ model }: TokenizerFile): Subwords {
  if (model.type === 'WordPiece') return wordPieces(model)
  return model.type === 'BPE' ? bytePairs(model) : unigramParts(model)
}

interface Frame {
  readonly before: readonly number[]
  readonly after: readonly number[]
}

/** The tokens that a single text begins and ends with. */
function frameOf(step: Step | null | undefined): Frame {
  if (step?.type === 'Sequence') {
    const frames = ((step['processors'] ?? []) as readonly Step[]).map(frameOf)
    return frames.find(({ before, after }) => before.length + after.length > 0) ?? NO_FRAME
  }
  if (step?.type === 'BertProcessing' || step?.type === 'RobertaProcessing') {
    const numberOf = (part: unknown) => Number((part as readonly [string, number])[1])
    return { before: [numberOf(step['cls'])], after: [numberOf(step['sep'])] }
  }
  return step?.type === 'TemplateProcessing' ? templateFrame(step) : NO_FRAME
}

const NO_FRAME: Frame = { before: [], after: [] }

type TemplatePart = { readonly SpecialToken?: { readonly id: string }; readonly Sequence?: unknown }

function templateFrame(step: Step): Frame {
  const parts = (step['single'] ?? []) as readonly TemplatePart[]
  const special = (step['special_tokens'] ?? {}) as Readonly<
    Record<string, { readonly ids: readonly number[] }>
  >
  const text = parts.findIndex(({ Sequence }) => Sequence !== undefined)
  const numbers = (some: readonly TemplatePart[]) =>
    some.flatMap(({ SpecialToken }) => special[SpecialToken?.id ?? '']?.ids ?? [])
  return { before: numbers(parts.slice(0, text)), after: numbers(parts.slice(text + 1)) }
}
