import { type Command, Option } from 'commander'
import { StorewrightError } from '../../core/errors.ts'
import type { Database } from '../../core/sql/database.ts'
import { type PaceReport, readWaits, readWorkload, storePaths } from '../../loop/index.ts'
import {
  type Action,
  type AppliedMeasured,
  applyMeasured,
  design,
  type Refusal,
  refreshStanding,
} from '../../warehouse/index.ts'
import { currentUser } from '../options.ts'
import { printData, stopSignal } from '../output.ts'
import {
  atPlace,
  bringTogether,
  type PlaceOptions,
  throwIfStoppedAt,
  withPlace,
} from './warehouse-place.ts'
import { bytes, perDay, table } from './warehouse-words.ts'

/** warehouse apply, undo, approve, refuse, leave, report: what was proposed and what stands. */
export function addDesignCommands(warehouse: Command): void {
  withPlace(warehouse.command('apply [ids...]'))
    .description(
      'make what actions propose and measure it; without ids, all that are proposed or approved',
    )
    .option('--refresh', 'bring the views that stand up to date too: for quiet hours', false)
    .addHelpText('after', EXAMPLES)
    .action(applyAll)
  withPlace(warehouse.command('undo <ids...>'))
    .description('unmake what actions made, in one step each')
    .action((ids: string[], options: PlaceOptions) => each(ids, options, 'undone'))
  withPlace(warehouse.command('approve <ids...>'))
    .description('approve proposed actions; in mode approve the nightly run then applies them')
    .action((ids: string[], options: PlaceOptions) => each(ids, options, 'approved'))
  withPlace(warehouse.command('refuse <ids...>'))
    .description('refuse actions; they are not proposed again')
    .option('--why <text>', 'why, for those who ask later')
    .action((ids: string[], options: PlaceOptions & { why?: string }) =>
      each(ids, options, 'refused'),
    )
  withPlace(warehouse.command('leave <fingerprints...>'))
    .description('leave statements of these fingerprints alone: no views, no plans for them')
    .option('--again', 'take them up again', false)
    .option('--unseen', 'also those that are not known here yet', false)
    .action(leave)
  withPlace(warehouse.command('report'))
    .description(
      'time saved a day, every action with predicted and measured gain, what was refused',
    )
    .addOption(new Option('--csv', 'print actions as CSV').conflicts('json'))
    .action(report)
}

const EXAMPLES = `
Examples:
  storewright warehouse apply --database shop.duckdb
  storewright warehouse apply view-orders-3f2a --store my-store
  storewright warehouse apply --refresh --database shop.duckdb
  storewright warehouse undo view-orders-3f2a --store my-store`

const decision = () => ({ by: currentUser(), now: Date.now() })

interface Applied {
  readonly applied: readonly string[]
  /** What was applied, with what it was measured to gain. */
  readonly measured: readonly AppliedMeasured[]
  readonly broken: readonly design.Broken[]
  readonly refreshed: Awaited<ReturnType<typeof refreshStanding>>
  readonly failed: readonly NotApplied[]
}

interface NotApplied {
  readonly actionId: string
  readonly reason: string
  readonly next?: string
}

async function applyAll(
  ids: readonly string[],
  options: PlaceOptions & { readonly refresh: boolean },
): Promise<void> {
  const signal = stopSignal()
  const done = await atPlace(options, 'write', async (db): Promise<Applied> => {
    const broken = await design.takeOutBroken(db, decision())
    const open = (await design.readActions(db)).filter(
      ({ status }) => status === 'proposed' || status === 'approved',
    )
    const isAll = ids.length === 0 && !options.refresh
    const wanted = isAll ? open.map(({ actionId }) => actionId) : ids
    const measured: AppliedMeasured[] = []
    const failed: NotApplied[] = []
    for (const [i, id] of wanted.entries()) {
      await throwIfStoppedAt(signal, db, i, wanted.length)
      try {
        measured.push(await applyMeasured(db, id, decision(), { seed: 1, isRetreating: false }))
      } catch (error) {
        // One that fails keeps no other from it.
        if (!(error instanceof StorewrightError) || wanted.length === 1) throw error
        const { message, next } = error
        failed.push({ actionId: id, reason: message, ...(next === undefined ? {} : { next }) })
      }
    }
    const refreshed = options.refresh ? await refreshStanding(db, decision()) : []
    if (measured.length + refreshed.length > 0) await bringTogether(db)
    const stands = measured.filter(({ takenBack }) => takenBack === undefined)
    return { applied: stands.map(({ actionId }) => actionId), measured, broken, refreshed, failed }
  })
  printData(options.json, done, () => describeApplied(done, options.refresh))
  if (done.failed.length > 0) process.exitCode = 2
}

function describeApplied(
  { measured, broken, refreshed, failed }: Applied,
  isRefresh: boolean,
): string {
  const lines = [
    ...broken.map(({ actionId, reason }) => `${actionId}: taken out of service: ${reason}`),
    ...measured.map(describeMeasured),
    ...failed.map(({ reason, next }) => (next === undefined ? reason : `${reason}\n  ${next}`)),
    ...refreshed.map(({ actionId, refreshed: how, failed }) =>
      failed === undefined
        ? `${actionId}: up to date again (${how})`
        : `${actionId}: stays out of use: ${failed}`,
    ),
  ]
  if (lines.length > 0) return lines.join('\n')
  return isRefresh ? 'All views are up to date.' : 'Nothing is proposed; ask for advice first.'
}

function describeMeasured({ actionId, measured, share, takenBack }: AppliedMeasured): string {
  if (takenBack !== undefined) return `${actionId}: taken back: ${takenBack}`
  if (measured === undefined || share === undefined) return `${actionId}: applied`
  const saved = `${perDay(measured.savedCpuMsPerDay)} of CPU a day, ${(100 * share).toFixed(0)} % of what its statements took`
  return share > 0
    ? `${actionId}: applied; it saves ${saved}`
    : `${actionId}: applied; it saves nothing (${saved}): storewright warehouse undo ${actionId} takes it back`
}

type Outcome = 'undone' | 'approved' | 'refused'

async function each(
  ids: readonly string[],
  options: PlaceOptions & { readonly why?: string },
  outcome: Outcome,
): Promise<void> {
  await atPlace(options, 'write', async (db) => {
    for (const id of ids) {
      if (outcome === 'undone') await design.undo(db, id, decision())
      else {
        const note = options.why === undefined ? {} : { note: options.why }
        await design.decide(db, id, outcome, { ...decision(), ...note })
      }
    }
  })
  const data = ids.map((actionId) => ({ actionId, status: outcome }))
  printData(options.json, data, () => ids.map((id) => `${id}: ${outcome}`).join('\n'))
}

async function leave(
  fingerprints: readonly string[],
  options: PlaceOptions & { readonly again: boolean; readonly unseen: boolean },
): Promise<void> {
  await atPlace(options, 'write', async (db) => {
    if (options.again) await requireLeft(db, fingerprints)
    else if (!options.unseen) await requireKnown(db, fingerprints, options)
    for (const fingerprint of fingerprints) {
      await design.writeLeftAlone(db, fingerprint, !options.again, currentUser(), Date.now())
    }
  })
  const data = fingerprints.map((fingerprint) => ({ fingerprint, leftAlone: !options.again }))
  printData(options.json, data, () =>
    fingerprints.map((f) => `${f}: ${options.again ? 'taken up again' : 'left alone'}`).join('\n'),
  )
}

/** Throws where a fingerprint is not left alone. */
async function requireLeft(db: Database, fingerprints: readonly string[]): Promise<void> {
  const left = await design.readLeftAlone(db)
  const other = fingerprints.find((fingerprint) => !left.has(fingerprint))
  if (other === undefined) return
  throw new StorewrightError('ERR_ARGUMENT', `${other} is not left alone`, {
    next: left.size === 0 ? 'No statements are.' : `These are: ${[...left].join(', ')}.`,
  })
}

/** Throws where a fingerprint is of no statement that was watched, and of none that an action serves. */
async function requireKnown(
  db: Database,
  fingerprints: readonly string[],
  place: PlaceOptions,
): Promise<void> {
  const actions = await design.readActions(db)
  const known = new Set(actions.flatMap((action) => action.fingerprints))
  for (const { target } of await design.readRefusals(db)) known.add(target)
  const watched =
    place.store === undefined ? undefined : readWorkload(storePaths(place.store).database)
  for (const { template } of watched?.templates ?? []) known.add(template.fingerprint)
  const unknown = fingerprints.find((fingerprint) => !known.has(fingerprint))
  if (unknown === undefined) return
  const action = actions.find(({ actionId }) => actionId === unknown)
  throw action === undefined ? unknownFingerprint(unknown, place) : noFingerprint(action)
}

function unknownFingerprint(fingerprint: string, { store }: PlaceOptions): StorewrightError {
  const place = store === undefined ? '--log FILE' : `--store ${store}`
  return new StorewrightError(
    'ERR_ARGUMENT',
    `${fingerprint} is the fingerprint of no statement that is known here`,
    {
      next: `\`storewright warehouse watch ${place}\` lists fingerprints; --unseen leaves one alone that is yet to come.`,
    },
  )
}

function noFingerprint({ actionId, fingerprints }: Action): StorewrightError {
  return new StorewrightError('ERR_ARGUMENT', `${actionId} is an action, not a fingerprint`, {
    next: `Take it back (storewright warehouse undo ${actionId}), or leave what it serves alone: ${fingerprints.join(', ')}.`,
  })
}

async function report(options: PlaceOptions & { readonly csv?: boolean }): Promise<void> {
  const known = await atPlace(options, 'read', readFacts)
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
  const lines = [
    `Saved ${perDay(facts.savedCpuMsPerDay)} of CPU a day, for ${perDay(facts.upkeepCpuMsPerDay)} of upkeep and ${bytes(facts.storageBytes)}.`,
    '',
    ...actions.flatMap(describeAction),
  ]
  if (refusals.length > 0) lines.push('', 'Left as it is, and why:')
  lines.push(...refusals.map(({ kind, target, reason }) => `  ${kind} ${target}: ${reason}`))
  if (leftAlone.length > 0) lines.push('', `Left alone by hand: ${leftAlone.join(', ')}`)
  if (facts.waits !== undefined) lines.push('', ...describeWaits(facts.waits))
  return lines.join('\n')
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
