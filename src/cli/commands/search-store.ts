import { randomUUID } from 'node:crypto'
import type { Command } from 'commander'
import { StorewrightError } from '../../core/errors.ts'
import { writeFileWhole } from '../../core/files.ts'
import {
  describeSearchNote,
  openSearchService,
  readSearchLog,
  readSearchLogFile,
  replayPolicies,
  type SearchServiceOptions,
  searchLogLines,
  searchStore,
  simulateSearches,
  withDatabase,
  withLedger,
} from '../../loop/index.ts'
import { type evaluate, index as searchIndex } from '../../search/index.ts'
import { storeOption, wholeNumber } from '../options.ts'
import { printData, progressPrinter, stopSignal } from '../output.ts'
import { describeSteps } from './loop.ts'

/** search query, train, simulate, replay, log. */
export function addSearchStore(search: Command): void {
  addQuery(search)
  addTrain(search)
  addSimulate(search)
  addReplay(search)
  addLog(search)
}

/** How commands open a store's search. */
export function serviceOptions(): SearchServiceOptions {
  return { clock: Date.now, ticks: () => performance.now(), makeId: randomUUID }
}

interface QueryOptions {
  readonly store?: string
  readonly index?: string
  readonly size: number
  readonly explain?: boolean
  readonly json?: boolean
}

function addQuery(search: Command): void {
  search
    .command('query')
    .description('search a store, or an index in a file; nothing is logged')
    .argument('<words>', 'what a customer would type')
    .option('--store <dir>', 'folder of a store')
    .option('--index <file>', 'index that `search index` wrote')
    .option('--size <number>', 'results', wholeNumber(1), 10)
    .option('--explain', 'say why each result stands where it does')
    .option('--json', 'print as JSON')
    .action(queryAny)
}

async function queryAny(words: string, options: QueryOptions): Promise<void> {
  if (options.store !== undefined) return queryStore(options.store, words, options)
  if (options.index !== undefined) return queryIndex(options.index, words, options)
  throw new StorewrightError('ERR_ARGUMENT', 'there is nothing to search', {
    next: 'Give --store DIR or --index FILE.',
  })
}

async function queryIndex(file: string, words: string, options: QueryOptions): Promise<void> {
  const index = await searchIndex.openIndex(file)
  const query = index.analyze(words)
  const { docs, scores } = index.top(query, { count: options.size, typos: true })
  const title = index.fields.find(({ role }) => role === 'title')?.name
  const rows = Array.from(docs, (doc, i) => ({
    position: i + 1,
    productId: index.idOf(doc)!,
    title: String((title === undefined ? undefined : index.valueOf(doc, title)) ?? ''),
    score: scores[i]!,
  }))
  printData(options.json === true, rows, () =>
    rows
      .map(
        ({ position, productId, title: text, score }) =>
          `${String(position).padStart(3)}  ${score.toFixed(2).padStart(7)}  ${productId.padEnd(14)} ${text}`,
      )
      .join('\n'),
  )
}

async function queryStore(store: string, words: string, options: QueryOptions): Promise<void> {
  const service = await openSearchService(store, serviceOptions())
  try {
    const explain = options.explain === true
    await service.prepare([words])
    const { answer, matches, version } = service.search({
      text: words,
      from: 0,
      size: options.size,
      explain,
      log: false,
    })
    const { index } = service.engine.parts
    const rows = answer.items.map(({ doc, id, position, score, arms, why }) => ({
      position,
      productId: id,
      title: String(index.valueOf(doc, 'title') ?? ''),
      score,
      arms: arms.map(({ arm, rank }) => `${answer.shares[arm]!.arm} ${rank}`),
      ...(why === undefined ? {} : { why }),
    }))
    const data = { total: matches.total, version, choice: answer.choice, rows }
    printData(options.json === true, data, () =>
      [
        `${matches.total} products match (models ${version}, arms: ${answer.arms.map(({ name, brought }) => `${name} ${brought}`).join(', ')})`,
        ...rows.flatMap(({ position, productId, title, score, arms, why }) => [
          `${String(position).padStart(3)}  ${score.toFixed(2).padStart(6)}  ${productId.padEnd(10)} ${title}`,
          `${' '.repeat(13)}${arms.join(', ')}`,
          ...(why ?? [])
            .filter(({ contribution }) => Math.abs(contribution) >= 0.005)
            .map(
              ({ about, contribution }) =>
                `${' '.repeat(13)}${contribution < 0 ? '−' : '+'}${Math.abs(contribution).toFixed(2)} ${about}`,
            ),
        ]),
      ].join('\n'),
    )
  } finally {
    await service.close()
  }
}

const NOTHING_LEARNED =
  'Nobody has searched this store or judged its results: there is nothing to learn from yet, and products are found by their words.'

function addTrain(search: Command): void {
  storeOption(search.command('train'))
    .description('index the products and learn from searches, clicks and judgments')
    .option('--json', 'print as JSON')
    .action(async ({ store, json }: { store: string; json?: boolean }) => {
      const progress = progressPrinter(json === true)
      const step = await searchStore(store, {
        now: Date.now(),
        onProgress: progress.onProgress,
        signal: stopSignal(),
      })
      progress.end()
      const service = await openSearchService(store, serviceOptions())
      const { note } = service
      await service.close()
      const words = note === undefined ? NOTHING_LEARNED : describeSearchNote(note)
      printData(json === true, { ...step, note: note ?? null }, () => words)
      process.stderr.write(
        `${describeSteps([step])}\nNext: storewright search evaluate --store ${store}\n`,
      )
    })
}

interface SimulateOptions {
  readonly store: string
  readonly days: number
  readonly searches: number
  readonly seed: number
  readonly train: boolean
  readonly json?: boolean
}

function addSimulate(search: Command): void {
  storeOption(search.command('simulate'))
    .description('let the virtual customers of a demo store search it for some days')
    .option('--days <number>', 'days', wholeNumber(1), 3)
    .option('--searches <number>', 'searches a day', wholeNumber(1), 400)
    .option('--seed <number>', 'other customers', wholeNumber(0), 1)
    .option('--no-train', 'do not learn anew after each day')
    .option('--json', 'print as JSON')
    .action(async ({ store, days, searches, seed, train, json }: SimulateOptions) => {
      const progress = progressPrinter(json === true)
      const simulated = await simulateSearches(store, {
        days,
        searchesPerDay: searches,
        seed,
        train,
        onProgress: progress.onProgress,
        signal: stopSignal(),
      })
      progress.end()
      printData(json === true, simulated, () =>
        simulated
          .map(
            (day) =>
              `day ${day.day + 1} (models ${day.version}): ${day.searches} searches, ${day.withClick} with a click, ${day.found} found the very thing, ${day.purchases} bought it, mean 1 / its position ${(day.reciprocalRank / day.searches).toFixed(3)}`,
          )
          .join('\n'),
      )
      process.stderr.write(`Next: storewright search evaluate --store ${store}\n`)
    })
}

function addReplay(search: Command): void {
  storeOption(search.command('replay'))
    .description('what would the learned policy, and the static default, have earned on a log?')
    .option('--log <file>', 'log that `search log` wrote; by default the store’s own')
    .option('--days <number>', 'days of the store’s own log', wholeNumber(1), 60)
    .option('--json', 'print as JSON')
    .action(replay)
}

async function replay({
  store,
  log: file,
  days,
  json,
}: {
  readonly store: string
  readonly log?: string
  readonly days: number
  readonly json?: boolean
}): Promise<void> {
  const service = await openSearchService(store, serviceOptions())
  try {
    const log =
      file !== undefined
        ? readSearchLogFile(file)
        : await withDatabase(store, 'read', (db) =>
            withLedger(store, (ledger) => readSearchLog(db, ledger, days)),
          )
    const results = replayPolicies(service, log)
    printData(json === true, results, () => results.map(describeReplay).join('\n\n'))
  } finally {
    await service.close()
  }
}

function describeReplay({
  policy,
  searches,
  logged,
  estimates,
  overlap,
}: evaluate.ReplayResult): string {
  const lines = [
    `${policy}: on ${searches} searches, which earned ${logged.toFixed(4)} each as they were`,
    ...estimates.map(
      ({ estimator, value, interval: [low, high] }) =>
        `  ${estimator.padEnd(14)} ${value.toFixed(4)}  (${low.toFixed(4)} … ${high.toFixed(4)})`,
    ),
    `  effective sample ${overlap.effectiveRows.toFixed(0)} of ${searches}`,
  ]
  for (const warning of overlap.warnings) lines.push(`  warning: ${warning}`)
  return lines.join('\n')
}

function addLog(search: Command): void {
  storeOption(search.command('log'))
    .description('write the searches that a store answered, with what followed, as JSON lines')
    .option('--days <number>', 'days', wholeNumber(1), 60)
    .requiredOption('--out <file>', 'file to write')
    .action(async ({ store, days, out }: { store: string; days: number; out: string }) => {
      const log = await withDatabase(store, 'read', (db) =>
        withLedger(store, (ledger) => readSearchLog(db, ledger, days)),
      )
      const own = log.filter(({ imported }) => !imported)
      writeFileWhole(out, searchLogLines(own))
      process.stderr.write(`Wrote ${own.length} searches to ${out}.\n`)
    })
}
