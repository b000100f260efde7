import { type Command, Option } from 'commander'
import { StorewrightError } from '../../core/errors.ts'
import type { Database } from '../../core/sql/database.ts'
import { stoppable } from '../../core/sql/stoppable.ts'
import { adviseStore } from '../../loop/index.ts'
import {
  type Action,
  type Advice,
  type AppliedMeasured,
  adviseAll,
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
  applyInTurn,
  describeMeasured,
  type InTurnOptions,
  measureLeftOver,
} from './warehouse-in-turn.ts'
import {
  atPlace,
  bringTogether,
  memoryOf,
  type PlaceOptions,
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
    const advice = await atPlace(options, 'write', (db) =>
      adviseDatabase(db, options, signal, onProgress),
    )
    end()
    printData(options.json, advice, () => describe(advice, options))
  } finally {
    end()
  }
}

async function adviseDatabase(
  db: Database,
  options: AdviseOptions,
  signal: AbortSignal,
  onProgress: ReturnType<typeof progressPrinter>['onProgress'],
): Promise<Advice> {
  if (options.log === undefined) {
    throw new StorewrightError('ERR_ARGUMENT', 'no log is named', {
      next: 'Give --log FILE with what is asked of the database.',
    })
  }
  const { entries, faults } = readWholeLog(options.log)
  const { seed, horizonDays } = options
  const now = Date.now()
  const decision = { by: currentUser(), now }
  await design.takeOutBroken(db, decision)
  const isRetreating = options.mode === 'automatic'
  const inTurn = { decision, signal, seed, isRetreating, ...memoryOf(options) }
  for (const leftOver of await measureLeftOver(db, inTurn)) {
    process.stderr.write(`${describeMeasured(leftOver)}\n`)
  }
  const asked = stoppable(db, signal)
  const workload = await workloadOfLog(asked, entries, {
    ...{ seed, now, signal },
    onProgress: (done, total) => onProgress({ step: 'measure the log', done, total }),
  })
  for (const told of describeUnread(faults, workload)) process.stderr.write(`${told}\n`)
  const { advisers } = await standardParts(asked, seed)
  const actions = await design.readActions(db)
  const found = await adviseAll(workload, asked, advisers, {
    ...{ seed, now, horizonDays, signal },
    storageBytes: options.storageMegabytes * 1e6,
    standing: actions.filter(({ status }) => status === 'applied'),
    leftAlone: await design.readLeftAlone(db),
    onProgress: (done, total, note) => onProgress({ step: 'choose', done, total, note }),
  })
  const advice = await design.withoutRefused(db, found)
  await design.propose(db, advice, tablesIn(workload), decision, examplesOf(workload))
  return options.mode === 'automatic' ? await applyEach(db, advice, inTurn) : advice
}

/** The log; throws ERR_FEED_EMPTY where it holds no statement. */
function readWholeLog(path: string): watch.ParsedLog {
  const log = watch.readLog(path)
  if (log.entries.length > 0) return log
  const [fault] = log.faults
  throw new StorewrightError('ERR_FEED_EMPTY', `${path} holds no statement`, {
    file: path,
    ...(fault === undefined ? {} : { line: fault.line }),
    next: fault?.message ?? 'Name a log with what is asked of the database.',
  })
}

/** What of a log says nothing: lines without a statement, and statements that fail here. */
function describeUnread(
  faults: readonly watch.LogFault[],
  { templates }: Workload,
): readonly string[] {
  const [line] = faults
  const failing = templates.filter(({ count, failures }) => failures > 0 && failures === count)
  const failures = failing.reduce((sum, one) => sum + one.failures, 0)
  const all = templates.reduce((sum, { count }) => sum + count, 0)
  const first = failing
    .flatMap(({ sample }) => sample)
    .find(({ failed }) => failed !== undefined)
    ?.failed?.split('\n')[0]
  return [
    ...(line === undefined
      ? []
      : [
          `${faults.length} lines of the log hold no statement, the first is line ${line.line}: ${line.message}`,
        ]),
    ...(failures === 0
      ? []
      : [
          `${failures} of ${all} statements fail on this database${first === undefined ? '' : `, as: ${first}`}`,
        ]),
  ]
}

/** Applies what is advised, and says of what does not stand why. */
async function applyEach(
  db: Database,
  { actions, refusals }: Advice,
  inTurn: InTurnOptions,
): Promise<Advice> {
  const ids = inApplyOrder(actions).map(({ actionId }) => actionId)
  const { measured, failed } = await applyInTurn(db, ids, inTurn)
  await bringTogether(db)
  const byId = new Map(actions.map((action) => [action.actionId, action]))
  const whyNot = (actionId: string, reason: string) => {
    const { kind, target } = byId.get(actionId)!
    return { kind, target, reason }
  }
  return {
    actions: measured
      .filter(({ takenBack }) => takenBack === undefined)
      .map((done) => withGain(byId.get(done.actionId)!, done)),
    refusals: [
      ...refusals,
      ...measured.flatMap(({ actionId, takenBack }) =>
        takenBack === undefined ? [] : [whyNot(actionId, takenBack)],
      ),
      ...failed.map(({ actionId, reason }) => whyNot(actionId, reason)),
    ],
  }
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
