import type { Command } from 'commander'
import { catalogue, evaluate, judged } from '../../search/index.ts'
import { wholeNumber } from '../options.ts'
import { printData, progressPrinter, stopSignal } from '../output.ts'

interface RankOptions {
  readonly products: string
  readonly queries: string
  readonly train: string
  readonly candidates?: string
  readonly roles?: string
  readonly k: number
  readonly out: string
  readonly seed: number
}

/** search rank: rank products for queries by what judgments of other queries teach. */
export function addSearchRank(search: Command): void {
  search
    .command('rank')
    .description('rank products for queries in a file, learning from judgments in a file')
    .requiredOption('--products <file>', 'catalogue: .jsonl, .csv, .tsv (each also .gz), .parquet')
    .requiredOption('--queries <file>', 'query_id, query')
    .requiredOption('--train <file>', 'query, doc_id, grade: judgments to learn from')
    .option('--candidates <file>', 'query_id, doc_id: rank only these')
    .option(
      '--roles <file>',
      'what the fields of the catalogue are, where it is not to be inferred',
    )
    .option('--k <number>', 'documents a query at most', wholeNumber(1), 100)
    .requiredOption('--out <file>', 'CSV to write: query_id, doc_id, rank, score')
    .option('--seed <number>', 'same seed, same result', wholeNumber(0), 1)
    .addHelpText(
      'after',
      '\nExample:\n  storewright search rank --products p.jsonl --queries q.csv --train t.csv --out run.csv',
    )
    .action(rankFiles)
}

async function rankFiles(options: RankOptions): Promise<void> {
  const progress = progressPrinter(false)
  const startedAt = performance.now()
  const { candidates, roles, ...rest } = options
  const made = await judged.rankJudgedFiles({
    ...rest,
    ...(candidates === undefined ? {} : { candidates }),
    ...(roles === undefined ? {} : { roles: catalogue.readRoleSettings(roles) }),
    onProgress: progress.onProgress,
    signal: stopSignal(),
  })
  progress.end()
  const seconds = (performance.now() - startedAt) / 1000
  for (const line of describeRun(made)) process.stderr.write(`${line}\n`)
  process.stderr.write(
    `Wrote ${made.rows.length} rows to ${options.out} in ${seconds.toFixed(1)} s.\n`,
  )
}

function describeRun(made: judged.RankFilesResult): string[] {
  const { verdict, counts, missing, unknownCandidates } = made
  const lines = [made.roles, made.report].filter((text) => text !== '')
  if (missing > 0) lines.push(`note: ${missing} judgments are of products not in the catalogue`)
  if (unknownCandidates > 0) {
    lines.push(`note: ${unknownCandidates} candidates are not in the catalogue and are left out`)
  }
  if (counts !== undefined) {
    const arms = counts.arms.filter(({ count }) => count > 0)
    const named = arms.map(({ arm, count }) => `${arm.name} ${count}`).join(', ')
    lines.push(`candidates: ${named}; ${(100 * counts.recall).toFixed(1)} % of the right ones`)
  }
  const { ndcg, gain, treeShare, fallback } = verdict
  const chosen = verdict.isFallback
    ? `kept ${fallback}: nothing was better on queries left out`
    : `trees ${treeShare.toFixed(1)} (${verdict.setting}, ${verdict.rounds} rounds), weighted sum ${(1 - treeShare).toFixed(1)}; ${signed(gain.mean)} (${signed(gain.low)} … ${signed(gain.high)}) on ${fallback}`
  lines.push(
    `nDCG@10 on queries left out ${ndcg.chosen.toFixed(3)} (${made.trainedQueries} queries): ${chosen}`,
  )
  return lines
}

const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`

export interface EvaluateFilesOptions {
  readonly run: string
  readonly judgments: string
  readonly against?: string
  readonly metrics: string
  readonly gain: 'exponential' | 'linear'
  readonly json?: boolean
}

/** What `search evaluate --run` does: measures a run in a file, alone or beside another. */
export async function evaluateFiles(options: EvaluateFilesOptions): Promise<void> {
  const metrics = options.metrics
    .split(',')
    .map((name) => evaluate.metricNamed(name.trim(), { gain: options.gain }))
  const grades = await judged.readGrades(options.judgments)
  const ours = evaluate.evaluateRun(grades, await judged.readRun(options.run), metrics)
  const other =
    options.against === undefined
      ? undefined
      : evaluate.evaluateRun(grades, await judged.readRun(options.against), metrics)
  const rows = metrics.map(({ name }) => {
    const mean = ours.means.get(name)!
    if (other === undefined) return { metric: name, mean }
    const paired = evaluate.pairedDifference(ours.values.get(name)!, other.values.get(name)!)
    const { student, bootstrap, wins, losses, ties } = paired
    const against = other.means.get(name)!
    return { metric: name, mean, against, student, bootstrap, wins, losses, ties }
  })
  printData(options.json === true, { queries: ours.queryIds.length, rows }, () =>
    rows.map(describeMetric).join('\n'),
  )
  if (ours.unanswered.length > 0) {
    process.stderr.write(
      `note: ${ours.unanswered.length} judged queries have no ranking and count as empty\n`,
    )
  }
}

type MetricRow = { readonly metric: string; readonly mean: number } & Partial<{
  readonly against: number
  readonly student: { readonly mean: number; readonly low: number; readonly high: number }
  readonly wins: number
  readonly losses: number
  readonly ties: number
}>

function describeMetric({ metric, mean, against, student, wins, losses, ties }: MetricRow): string {
  const own = `${metric.padEnd(14)} ${mean.toFixed(4)}`
  if (student === undefined || against === undefined) return own
  const { low, high } = student
  return `${own}  against ${against.toFixed(4)}  ${signed(student.mean)} (${signed(low)} … ${signed(high)})  ${wins} won, ${losses} lost, ${ties} even`
}
