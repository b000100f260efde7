import type { Command } from 'commander'
import { StorewrightError } from '../../core/errors.ts'
import {
  compareConfigurations,
  evaluateLog,
  type Gain,
  openSearchService,
  readQuerySet,
  readSearchLog,
  type StoreEvaluation,
  withDatabase,
  withLedger,
} from '../../loop/index.ts'
import { wholeNumber } from '../options.ts'
import { printData } from '../output.ts'
import { type EvaluateFilesOptions, evaluateFiles } from './search-judged.ts'
import { serviceOptions } from './search-store.ts'

interface EvaluateOptions extends Partial<EvaluateFilesOptions> {
  readonly store?: string
  readonly days: number
  readonly queries: number
  readonly metrics: string
  readonly gain: 'exponential' | 'linear'
}

/** search evaluate: how good are a store's searches, or the rankings in a file? */
export function addSearchEvaluate(search: Command): void {
  search
    .command('evaluate')
    .description('how well a store’s search does, day by day; or rankings in a file')
    .option('--store <dir>', 'a store: its searches by day, and its models against the default')
    .option('--days <number>', 'days of searches that are read', wholeNumber(1), 60)
    .option('--queries <number>', 'queries that are compared at most', wholeNumber(1), 300)
    .option('--run <file>', 'query_id, doc_id, rank')
    .option('--judgments <file>', 'query_id, doc_id, grade')
    .option('--against <file>', 'another run: paired differences, wins and losses')
    .option(
      '--metrics <list>',
      'ndcg@K, recall@K, precision@K, map, mrr',
      'ndcg@10,recall@20,map,mrr',
    )
    .option('--gain <kind>', 'gain of a grade in ndcg: exponential or linear', 'exponential')
    .option('--json', 'print as JSON')
    .addHelpText(
      'after',
      `
Examples:
  storewright search evaluate --store my-store
  storewright search evaluate --run new.csv --against old.csv --judgments j.csv`,
    )
    .action(evaluateAny)
}

async function evaluateAny(options: EvaluateOptions): Promise<void> {
  const { run, judgments, store } = options
  if (store !== undefined) return evaluateStore(store, options)
  if (run !== undefined && judgments !== undefined) {
    return evaluateFiles({ ...options, run, judgments })
  }
  throw new StorewrightError('ERR_ARGUMENT', 'there is nothing to evaluate', {
    next: 'Give --store DIR, or --run FILE with --judgments FILE.',
  })
}

async function evaluateStore(store: string, options: EvaluateOptions): Promise<void> {
  const { days, queries: most } = options
  const service = await openSearchService(store, serviceOptions())
  try {
    const [log, queries] = await withDatabase(store, 'read', (db) =>
      withLedger(store, async (ledger) => [
        await readSearchLog(db, ledger, days),
        await readQuerySet(db, ledger, service, { set: 'clicked', days, most }),
      ]),
    )
    const evaluation = evaluateLog(log)
    const compared = await compareConfigurations(service, queries, 'default', 'learned')
    const { left, right, difference } = compared
    const data = {
      ...evaluation,
      againstDefault: {
        queries: difference.queries,
        ndcgDefault: left,
        ndcgLearned: right,
        difference: difference.student,
        wins: difference.wins,
        losses: difference.losses,
      },
    }
    printData(options.json === true, data, () => describe(evaluation, data.againstDefault))
  } finally {
    await service.close()
  }
}

function describe(
  { days, sinceFirstDay }: StoreEvaluation,
  against: {
    readonly queries: number
    readonly ndcgDefault: number
    readonly ndcgLearned: number
    readonly difference: Gain
    readonly wins: number
    readonly losses: number
  },
): string {
  const lines = ['day         searches  models  clicked  bought   empty  1 / first click']
  for (const day of days) {
    lines.push(
      [
        day.day,
        String(day.searches).padStart(9),
        day.versions.join(',').padStart(7),
        percent(day.withClick).padStart(8),
        percent(day.withPurchase).padStart(7),
        percent(day.empty).padStart(7),
        day.reciprocalRank.toFixed(3).padStart(16),
      ].join(' '),
    )
  }
  if (days.length === 0) lines.push('(nobody has searched this store through Storewright yet)')
  if (sinceFirstDay !== undefined) {
    const { reciprocalRank, withClick } = sinceFirstDay
    lines.push(
      '',
      `Since the first day: 1 / first click ${interval(reciprocalRank)}, searches with a click ${interval(withClick)}.`,
    )
  }
  const { queries, ndcgDefault, ndcgLearned, difference, wins, losses } = against
  lines.push(
    '',
    `The same ${queries} queries, as answered on the first day without anything learned and now: nDCG@10 ${ndcgDefault.toFixed(3)} and ${ndcgLearned.toFixed(3)}, ${interval(difference)}; ${wins} won, ${losses} lost.`,
    'Graded by clicks corrected for position: queries that taught the models are among them.',
  )
  return lines.join('\n')
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`

function interval({ mean, low, high }: Gain): string {
  const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`
  return `${signed(mean)} (${signed(low)} … ${signed(high)})`
}
