import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathBeside, writeFileWhole } from '../../core/files.ts'
import { readKnob } from '../../core/knobs.ts'
import type { Ledger } from '../../ledger/index.ts'
import { learning, type policy, vectors } from '../../search/index.ts'
import type { MadeResult, StepContext, StepResult } from '../steps/context.ts'
import { storePaths } from '../store/paths.ts'
import { currentVersion, hashOf, hashTables, listVersions, type Version } from '../versions.ts'
import { readJudgments } from './judgments.ts'
import { trainingDays } from './knobs.ts'
import { type LoggedSearch, readSearchLog } from './log.ts'
import { openPolicy, POLICY_FILE } from './policy-file.ts'
import { readSearchProducts, STORE_FIELDS } from './products.ts'
import { openStoreSentenceModel } from './sentence.ts'

/** What belongs to a version of search as a whole. */
export interface SearchNote {
  readonly report: learning.TrainingReport
  /** The ledger was read up to this sequence number; what came later is learned while serving. */
  readonly ledgerSequence: number
  /** Hash of the products that were indexed. */
  readonly products: string
  /** Epoch ms of the newest search in the log, or 0. */
  readonly newestSearch: number
}

/** Raise it when the same inputs come to give other models. */
const SEARCH_METHOD = 1
const THREADS = 2

/** Folder of the models of all versions of search. */
export function searchFolder(storeFolder: string): string {
  return join(storePaths(storeFolder).models, 'search')
}

/**
 * Learns search from products, searches, clicks, judgments and feedback, unless they all stand or there
 * is nothing to learn from: what is in force (or the index of the products alone) then stays.
 */
export async function searchStep(
  context: StepContext,
  ledger: Ledger,
): Promise<StepResult | MadeResult> {
  const model = await openStoreSentenceModel(context.folder, context.settings)
  try {
    return await learnedStep(context, ledger, model)
  } finally {
    await model?.close()
  }
}

async function learnedStep(
  context: StepContext,
  ledger: Ledger,
  model: vectors.SentenceModel | undefined,
): Promise<StepResult | MadeResult> {
  const { db, settings, folder, now, onProgress, signal } = context
  const log = await readSearchLog(db, ledger, readKnob(trainingDays, settings.knobs))
  const judgments = await readJudgments(db, ledger)
  const current = await currentVersion(db, 'search')
  if (log.length === 0 && judgments.length === 0 && model === undefined) {
    return { kind: 'search', version: current?.version ?? 0, skipped: true }
  }
  const productsHash = await hashTables(db, ['products', 'sales'])
  const knobs = searchKnobs(settings.knobs)
  const inputHash = hashOf([
    SEARCH_METHOD,
    productsHash,
    await hashTables(db, ['searches', 'clicks', 'judgments']),
    log
      .filter(({ imported }) => !imported)
      .map(({ record, events }) => [record.queryId, events.length]),
    judgments,
    model === undefined ? settings.search : [settings.search, model.fingerprint],
    knobs,
  ])
  if (current?.inputHash === inputHash) {
    return { kind: 'search', version: current.version, skipped: true }
  }
  const ledgerSequence = await ledger.lastSequence()
  const root = searchFolder(folder)
  const sentence = model === undefined ? {} : { sentence: withBefore(model, root, current) }
  const { models, report } = await learning.trainSearch({
    fields: STORE_FIELDS,
    products: await readSearchProducts(db),
    past: log,
    judgments,
    languages: settings.search.languages,
    ...(settings.search.synonyms === undefined ? {} : { synonyms: settings.search.synonyms }),
    now,
    seed: settings.search.seed,
    settings: settings.knobs,
    threads: THREADS,
    onProgress,
    ...sentence,
    ...(signal === undefined ? {} : { signal }),
  })
  const learned = openPolicy(root, current?.version, settings.knobs)
  learnSince(learned, log, current?.note)
  mkdirSync(root, { recursive: true })
  const part = pathBeside(join(root, 'next'))
  await learning.saveModels(models, part)
  writeFileWhole(join(part, POLICY_FILE), learned.save())
  const newestSearch = log.at(-1)?.record.at ?? 0
  const note: SearchNote = { report, ledgerSequence, products: productsHash, newestSearch }
  return {
    kind: 'search',
    inputHash,
    note,
    async write(database, version) {
      const target = join(root, String(version))
      // A folder of that number is what a run left that was interrupted before its version stood.
      rmSync(target, { recursive: true, force: true })
      renameSync(part, target)
      const kept = await listVersions(database, 'search')
      pruneFolders(root, [version, ...kept.map((one) => one.version)])
    },
  }
}

/** A sentence model, with the vectors that it made for the version in force. */
function withBefore(
  model: vectors.SentenceModel,
  root: string,
  current: Version | undefined,
): NonNullable<learning.TrainingInput['sentence']> {
  if (current === undefined) return { model }
  const queries = vectors.createSentenceQueries(model)
  const before = learning.openVectors(join(root, String(current.version)), {}, queries)
  return before === undefined ? { model } : { model, before }
}

/** Searches since the version before teach the policy, in the order in which they were made. */
function learnSince(
  learned: policy.RetrievalPolicy,
  log: readonly LoggedSearch[],
  note: string | undefined,
): void {
  const since = note === undefined ? 0 : (JSON.parse(note) as SearchNote).newestSearch
  for (const { record, events, imported } of log) {
    if (!imported && record.at > since) learned.learn(record, events)
  }
}

/** Removes models of versions that are kept no more. */
function pruneFolders(root: string, kept: readonly number[]): void {
  const names = new Set(kept.map(String))
  for (const name of readdirSync(root)) {
    if (/^\d+$/.test(name) && !names.has(name)) {
      rmSync(join(root, name), { recursive: true, force: true })
    }
  }
}

function searchKnobs(knobs: Readonly<Record<string, number>>) {
  return Object.entries(knobs).filter(([name]) => name.startsWith('search.'))
}
