import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { StorewrightError } from '../../core/errors.ts'
import { writeFileWhole } from '../../core/files.ts'
import type { KnobSettings } from '../../core/knobs.ts'
import { createSeenProducts } from '../arms/door.ts'
import { openIndex } from '../index/door.ts'
import { loadExpansion, loadMemory, saveExpansion, saveMemory } from '../memory/door.ts'
import { rankModelFromBytes, rankModelToBytes } from '../ranker/door.ts'
import { openSuggester, openUnderstanding, togetherFromFacts } from '../understand/door.ts'
import {
  loadEncoder,
  loadVectorStore,
  type SearchVectors,
  type SentenceQueries,
  saveEncoder,
} from '../vectors/door.ts'
import type { Examination } from './examination.ts'
import type { SearchModels } from './train.ts'

const FILES = {
  index: 'products.index',
  seen: 'seen.state',
  examination: 'examination.json',
  memory: 'memory.state',
  predicted: 'predicted.state',
  expansion: 'expansion.state',
  encoder: 'encoder.state',
  sentence: 'sentence.json',
  vectors: 'vectors.state',
  graph: 'vectors.graph',
  understanding: 'understanding.state',
  suggester: 'suggestions.state',
  together: 'together.json',
  ranker: 'ranking.model',
} as const

/** Writes models into a folder, a file each. The folder is whole once this has returned. */
export async function saveModels(models: SearchModels, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const path = (name: keyof typeof FILES) => join(folder, FILES[name])
  const { predicted, expansion, vectors, understanding, together, ranker } = models
  await models.index.save(path('index'))
  writeFileWhole(path('seen'), models.seen.save())
  writeFileWhole(path('examination'), JSON.stringify(models.examination))
  writeFileWhole(path('memory'), saveMemory(models.memory))
  writeFileWhole(path('suggester'), models.suggester.toBytes())
  if (predicted !== undefined) writeFileWhole(path('predicted'), saveMemory(predicted))
  if (expansion !== undefined) writeFileWhole(path('expansion'), saveExpansion(expansion))
  if (understanding !== undefined) {
    writeFileWhole(path('understanding'), understanding.toBytes())
  }
  if (together !== undefined) {
    writeFileWhole(path('together'), JSON.stringify(together.toFacts()))
  }
  if (ranker !== undefined) writeFileWhole(path('ranker'), rankModelToBytes(ranker))
  if (vectors !== undefined) {
    if (vectors.kind === 'learned') writeFileWhole(path('encoder'), saveEncoder(vectors.encoder))
    else writeFileWhole(path('sentence'), JSON.stringify(savedSentence(vectors)))
    writeFileWhole(path('vectors'), vectors.store.save())
    vectors.store.saveGraph(path('graph'))
  }
}

/** What belongs to vectors of a sentence model; the model itself stays in its folder. */
interface SavedSentence {
  readonly fingerprint: string
  readonly texts: Readonly<Record<string, string>>
}

function savedSentence({
  queries,
  texts,
}: Extract<SearchVectors, { readonly kind: 'sentence' }>): SavedSentence {
  return { fingerprint: queries.fingerprint, texts: Object.fromEntries(texts) }
}

/**
 * Reads what saveModels wrote; `queries` is the sentence model that is to read queries (see openVectors).
 * Throws ERR_STORE_DAMAGED where a file is missing, cut or changed.
 */
export async function openModels(
  folder: string,
  settings: KnobSettings = {},
  queries?: SentenceQueries,
): Promise<SearchModels> {
  const path = (name: keyof typeof FILES) => join(folder, FILES[name])
  const read = (name: keyof typeof FILES) => readModel(path(name))
  const has = (name: keyof typeof FILES) => existsSync(path(name))
  const json = (name: keyof typeof FILES): unknown =>
    JSON.parse(new TextDecoder().decode(read(name)))
  // As saveModels wrote it.
  const examination = json('examination') as Examination
  const memoryOptions = { settings, examination: examination.byRank }
  const index = await openIndex(path('index'), { settings })
  const vectors = openVectors(folder, settings, queries)
  return {
    index,
    ...(has('understanding')
      ? { understanding: openUnderstanding(index, read('understanding'), settings) }
      : {}),
    seen: createSeenProducts(read('seen')),
    examination,
    suggester: openSuggester(read('suggester')),
    memory: loadMemory(read('memory'), memoryOptions),
    ...(has('predicted') ? { predicted: loadMemory(read('predicted'), { settings }) } : {}),
    ...(has('expansion') ? { expansion: loadExpansion(read('expansion')) } : {}),
    ...(has('together') ? { together: togetherFromFacts(json('together')) } : {}),
    ...(has('ranker') ? { ranker: rankModelFromBytes(read('ranker')) } : {}),
    ...(vectors === undefined ? {} : { vectors }),
  }
}

/**
 * The vectors among the models of a folder. Those that a sentence model made need the same model's
 * queries: undefined for those of another one, without one, and where there are none.
 */
export function openVectors(
  folder: string,
  settings: KnobSettings = {},
  queries?: SentenceQueries,
): SearchVectors | undefined {
  const path = (name: keyof typeof FILES) => join(folder, FILES[name])
  const has = (name: keyof typeof FILES) => existsSync(path(name))
  const open = () =>
    loadVectorStore(readModel(path('vectors')), {
      settings,
      ...(has('graph') ? { graphPath: path('graph') } : {}),
    })
  if (has('encoder')) {
    return { kind: 'learned', encoder: loadEncoder(readModel(path('encoder'))), store: open() }
  }
  if (!has('sentence') || queries === undefined) return undefined
  const saved = new TextDecoder().decode(readModel(path('sentence')))
  // As saveModels wrote it.
  const { fingerprint, texts } = JSON.parse(saved) as SavedSentence
  if (fingerprint !== queries.fingerprint) return undefined
  return { kind: 'sentence', queries, store: open(), texts: new Map(Object.entries(texts)) }
}

function readModel(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new StorewrightError('ERR_STORE_DAMAGED', `${path} cannot be read`, {
      file: path,
      cause,
      next: 'Train again: storewright search train --store DIR',
    })
  }
}
