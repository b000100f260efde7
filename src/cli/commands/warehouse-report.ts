import { type Command, Option } from 'commander'
import { StorewrightError } from '../../core/errors.ts'
import type { Database } from '../../core/sql/database.ts'
import { type PaceReport, readWaits, storePaths } from '../../loop/index.ts'
import { type Action, design, isMeasuringOpen, type Refusal } from '../../warehouse/index.ts'
import { currentUser } from '../options.ts'
import { printData, stopSignal } from '../output.ts'
import { measureLeftOver } from './warehouse-in-turn.ts'
import { atPlace, type PlaceOptions, withPlace } from './warehouse-place.ts'
import { bytes, perDay, table } from './warehouse-words.ts'

/** warehouse report: what was proposed, what stands and what came of it. */
export function addWarehouseReport(warehouse: Command): void {
  withPlace(warehouse.command('report'))
    .description(
      'time saved a day, every action with predicted and measured gain, what was refused',
    )
    .addOption(new Option('--csv', 'print actions as CSV').conflicts('json'))
    .action(report)
}

async function report(options: PlaceOptions & { readonly csv?: boolean }): Promise<void> {
  const known = await readMeasured(options)
  const waits =
    options.store === undefined ? undefined : readWaits(storePaths(options.store).database)
  const facts = { ...known, ...(waits === undefined ? {} : { waits }) }
  if (options.csv === true) {
    process.stdout.write(`${csvOf(facts.actions)}\n`)
    return
  }
  printData(options.json, facts, () => describe(facts))
}

interface Facts {
  readonly savedCpuMsPerDay: number
  readonly upkeepCpuMsPerDay: number
  readonly storageBytes: number
  readonly actions: readonly design.StoredAction[]
  readonly refusals: readonly Refusal[]
  readonly leftAlone: readonly string[]
  /** Of the last server of the store. */
  readonly waits?: PaceReport
}

/** What is known, once what an earlier command could not measure to its end is measured, where that may be. */
async function readMeasured(options: PlaceOptions): Promise<Facts> {
  const facts = await atPlace(options, 'read', readFacts)
  if (!facts.actions.some(isMeasuringOpen)) return facts
  const decision = { by: currentUser(), now: Date.now() }
  const inTurn = { decision, signal: stopSignal(), seed: 1, isRetreating: false }
  try {
    return await atPlace(options, 'write', async (db, plain) => {
      await measureLeftOver(db, { ...inTurn, plain })
      return readFacts(db)
    })
  } catch (error) {
    if (!(error instanceof StorewrightError)) throw error
    // Who may only read is told what is known.
    if (error.code === 'ERR_STORE_BUSY' || error.code === 'ERR_STORE_DENIED') return facts
    throw error
  }
}

async function readFacts(db: Database): Promise<Facts> {
  const actions = await design.readActions(db)
  const standing = actions.filter(({ status }) => status === 'applied').map(gainOf)
  const sum = (of: (gain: Action['predicted']) => number) =>
    standing.reduce((total, gain) => total + of(gain), 0)
  return {
    savedCpuMsPerDay: sum((gain) => gain.savedCpuMsPerDay),
    upkeepCpuMsPerDay: sum((gain) => gain.upkeepCpuMsPerDay),
    storageBytes: sum((gain) => gain.storageBytes),
    actions,
    refusals: await design.readRefusals(db),
    leftAlone: [...(await design.readLeftAlone(db))],
  }
}

function gainOf({ measured, predicted }: Action): Action['predicted'] {
  return measured ?? predicted
}

function describe(facts: Facts): string {
  const { actions, refusals, leftAlone } = facts
  if (actions.length === 0 && refusals.length === 0 && facts.waits === undefined) {
    return 'Nothing was proposed yet: storewright warehouse advise looks at what is asked.'
  }
  const lines = [savedWords(facts)]
  if (actions.length > 0) lines.push('', ...actions.flatMap(describeAction))
  if (refusals.length > 0) lines.push('', 'Left as it is, and why:')
  lines.push(...refusals.map(({ kind, target, reason }) => `  ${kind} ${target}: ${reason}`))
  if (leftAlone.length > 0) lines.push('', `Left alone by hand: ${leftAlone.join(', ')}`)
  if (facts.waits !== undefined) lines.push('', ...describeWaits(facts.waits))
  return lines.join('\n')
}

function savedWords({ actions, ...saved }: Facts): string {
  if (!actions.some(({ status }) => status === 'applied')) return 'No change stands.'
  return `Saved ${perDay(saved.savedCpuMsPerDay)} of CPU a day, for ${perDay(saved.upkeepCpuMsPerDay)} of upkeep and ${bytes(saved.storageBytes)}.`
}

function describeWaits(waits: PaceReport): string[] {
  const ms = (value: number) => `${Math.round(value)} ms`
  const how = waits.order === 'arrival' ? 'as they came' : 'shortest expected work first'
  return [
    `While the store was served, ${waits.statements} statements ran ${how}; ${waits.putFirst} were put before others that had come earlier. Waits: 95 % under ${ms(waits.waitP95Ms)}, the longest ${ms(waits.longestWaitMs)}.`,
    ...waits.templates
      .filter(({ waitedMs }) => waitedMs >= 1)
      .slice(0, 5)
      .map(
        (one) =>
          `  ${one.template}: ${one.statements} statements waited ${ms(one.waitedMs)} in all, ${one.passedOver} times others went first`,
      ),
  ]
}

function describeAction(action: design.StoredAction): string[] {
  const { actionId, status, summary, predicted, measured, note, decidedBy, decidedAt } = action
  const found =
    measured === undefined ? 'not measured yet' : `measured ${perDay(measured.savedCpuMsPerDay)}`
  const when = new Date(decidedAt).toISOString().slice(0, 16).replace('T', ' ')
  return [
    `${actionId}: ${summary}`,
    `  ${status} by ${decidedBy} at ${when}; saves a day: predicted ${perDay(predicted.savedCpuMsPerDay)}, ${found}; upkeep ${perDay((measured ?? predicted).upkeepCpuMsPerDay)}; ${bytes((measured ?? predicted).storageBytes)}`,
    ...upkeepOf(action),
    ...(note === undefined ? [] : [`  ${note}`]),
    ...action.reasons.map((reason) => `  ${reason}`),
  ]
}

/** What keeping it up takes, where it takes anything. */
function upkeepOf({ predicted, measured }: design.StoredAction): string[] {
  const [expected, found] = [predicted.upkeepCpuMsPerDay, measured?.upkeepCpuMsPerDay]
  if (expected === 0 && (found ?? 0) === 0) return []
  const measuredIt = found === undefined ? '' : `, last known ${perDay(found)}`
  return [`  keeping it up a day: predicted ${perDay(expected)}${measuredIt}`]
}

function csvOf(actions: readonly design.StoredAction[]): string {
  return table(
    [
      'action_id',
      'kind',
      'target',
      'status',
      'predicted_saved_ms',
      'measured_saved_ms',
      'upkeep_ms',
      'build_ms',
      'storage_bytes',
      'summary',
    ],
    actions.map((action) => {
      const { actionId, kind, target, status, predicted, measured, summary } = action
      const { upkeepCpuMsPerDay, buildCpuMs, storageBytes } = gainOf(action)
      return [
        actionId,
        kind,
        target,
        status,
        predicted.savedCpuMsPerDay,
        measured?.savedCpuMsPerDay ?? '',
        upkeepCpuMsPerDay,
        buildCpuMs,
        storageBytes,
        summary,
      ]
    }),
  )
}
