import { type Command, Option } from 'commander'
import { StorewrightError } from '../../core/errors.ts'
import type { Database } from '../../core/sql/database.ts'
import { adviseStore } from '../../loop/index.ts'
import {
  type Action,
  type Advice,
  type AppliedMeasured,
  adviseAll,
  applyMeasured,
  design,
  examplesOf,
  inApplyOrder,
  standardParts,
  type Workload,
  watch,
  workloadOfLog,
} from '../../warehouse/index.ts'
import { currentUser, wholeNumber } from '../options.ts'
import { printData, progressPrinter, stopSignal } from '../output.ts'
import {
  atPlace,
  bringTogether,
  type PlaceOptions,
  throwIfStoppedAt,
  withPlace,
} from './warehouse-place.ts'
import { bytes, perDay } from './warehouse-words.ts'

interface AdviseOptions extends PlaceOptions {
  readonly log?: string
  readonly mode: 'advise' | 'automatic'
  readonly storageMegabytes: number
  readonly horizonDays: number
  readonly seed: number
}

/** warehouse advise: what would better a database, from what is asked of it. */
export function addWarehouseAdvise(warehouse: Command): void {
  withPlace(warehouse.command('advise'))
    .description('what to do: gain, upkeep and storage of each step, and why not the rest')
    .option('--log <file>', 'with --database: statements in order, JSON lines or SQL; also .gz')
    .addOption(
      new Option('--mode <mode>', 'automatic also applies what pays')
        .choices(['advise', 'automatic'])
        .default('advise'),
    )
    .option('--storage-megabytes <number>', 'room that all of it may take', wholeNumber(0), 1000)
    .option('--horizon-days <number>', 'days in which a step must pay back', wholeNumber(1), 7)
    .option('--seed <number>', 'same seed, same samples', wholeNumber(0), 1)
    .addHelpText('after', EXAMPLES)
    .action(advise)
}

const EXAMPLES = `
Examples:
  storewright warehouse advise --database shop.duckdb --log queries.jsonl
  storewright warehouse advise --store my-store

A store watches itself and has its mode in storewright.toml; nothing but the records changes in mode advise.`

async function advise(options: AdviseOptions): Promise<void> {
  const { onProgress, end } = progressPrinter(options.json)
  const signal = stopSignal()
  try {
    if (options.store !== undefined) {
      const done = await adviseStore(options.store, {
        ...{ now: Date.now(), signal, onProgress, isForced: true },
      })
      end()
      const next = `Next: storewright warehouse report --store ${options.store}`
      printData(options.json, done, () =>
        done.skipped
          ? 'Nothing was asked of the store yet, or watching is off.'
          : [
              `${done.proposed} steps are proposed, ${done.applied.length} were applied. ${next}`,
              ...done.waiting.map(({ actionId, why }) => `${actionId}: ${why}`),
            ].join('\n'),
      )
      return
    }
    const advice = await atPlace(options, 'write', (db, plain) =>
      adviseDatabase(db, plain, options, signal, onProgress),
    )
    end()
    printData(options.json, advice, () => describe(advice, options))
  } finally {
    end()
  }
}

async function adviseDatabase(
  db: Database,
  plain: Database,
  options: AdviseOptions,
  signal: AbortSignal,
  onProgress: ReturnType<typeof progressPrinter>['onProgress'],
): Promise<Advice> {
  if (options.log === undefined) {
    throw new StorewrightError('ERR_ARGUMENT', 'no log is named', {
      next: 'Give --log FILE with what is asked of the database.',
    })
  }
  const { entries } = watch.readLog(options.log)
  const { seed, horizonDays } = options
  const now = Date.now()
  const decision = { by: currentUser(), now }
  await design.takeOutBroken(db, decision)
  const workload = await workloadOfLog(plain, entries, {
    ...{ seed, now, signal },
    onProgress: (done, total) => onProgress({ step: 'measure the log', done, total }),
  })
  const { advisers } = await standardParts(plain, seed)
  const actions = await design.readActions(db)
  const found = await adviseAll(workload, plain, advisers, {
    ...{ seed, now, horizonDays, signal },
    storageBytes: options.storageMegabytes * 1e6,
    standing: actions.filter(({ status }) => status === 'applied'),
    leftAlone: await design.readLeftAlone(db),
    onProgress: (done, total, note) => onProgress({ step: 'choose', done, total, note }),
  })
  const advice = await design.withoutRefused(db, found)
  await design.propose(db, advice, tablesIn(workload), decision, examplesOf(workload))
  return options.mode === 'automatic'
    ? await applyEach(db, plain, advice, { decision, seed, signal })
    : advice
}

/** Applies what is advised; one that fails keeps no other from it. */
async function applyEach(
  db: Database,
  plain: Database,
  { actions, refusals }: Advice,
  {
    decision,
    seed,
    signal,
  }: {
    readonly decision: design.Decision
    readonly seed: number
    readonly signal: AbortSignal
  },
): Promise<Advice> {
  const applied: Advice['actions'][number][] = []
  const failed: Advice['refusals'][number][] = []
  for (const [i, action] of inApplyOrder(actions).entries()) {
    await throwIfStoppedAt(signal, db, i, actions.length)
    try {
      const done = await applyMeasured(db, action.actionId, decision, {
        ...{ seed, isRetreating: true, plain },
      })
      const { kind, target } = action
      if (done.takenBack === undefined) applied.push(withGain(action, done))
      else failed.push({ kind, target, reason: done.takenBack })
    } catch (error) {
      if (!(error instanceof StorewrightError)) throw error
      failed.push({ kind: action.kind, target: action.target, reason: error.message })
    }
  }
  await bringTogether(db)
  return { actions: applied, refusals: [...refusals, ...failed] }
}

function withGain(action: Action, { measured }: AppliedMeasured): Action {
  return measured === undefined ? action : { ...action, measured }
}

function tablesIn({ templates }: Workload) {
  return ({ fingerprints }: Advice['actions'][number]) => {
    const served = templates.filter(({ template }) => fingerprints.includes(template.fingerprint))
    return [...new Set(served.flatMap(({ template }) => template.tables))]
  }
}

function describe({ actions, refusals }: Advice, { database, mode }: AdviseOptions): string {
  const lines = actions.flatMap(({ actionId, summary, predicted, measured, reasons }) => {
    const gain = measured ?? predicted
    return [
      `${actionId}: ${summary}`,
      `  saves ${perDay(gain.savedCpuMsPerDay)} of CPU a day, costs ${perDay(gain.upkeepCpuMsPerDay)} a day, ${perDay(gain.buildCpuMs)} once and ${bytes(gain.storageBytes)}`,
      ...reasons.map((reason) => `  ${reason}`),
    ]
  })
  if (lines.length === 0) lines.push('Nothing is worth doing now.')
  if (refusals.length > 0) lines.push('', 'Left as it is, and why:')
  lines.push(...refusals.map(({ kind, target, reason }) => `  ${kind} ${target}: ${reason}`))
  const next = mode === 'automatic' ? 'report' : 'apply'
  if (actions.length > 0) {
    lines.push('', `Next: storewright warehouse ${next} --database ${database}`)
  }
  return lines.join('\n')
}
