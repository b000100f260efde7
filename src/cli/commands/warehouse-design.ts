import { type Command, Option } from 'commander'
import type { Database } from '../../core/sql/database.ts'
import { type PaceReport, readWaits, storePaths } from '../../loop/index.ts'
import { type Action, design, type Refusal } from '../../warehouse/index.ts'
import { currentUser } from '../options.ts'
import { printData } from '../output.ts'
import { atPlace, type PlaceOptions, withPlace } from './warehouse-place.ts'
import { bytes, perDay, table } from './warehouse-words.ts'

/** warehouse apply, undo, approve, refuse, leave, report: what was proposed and what stands. */
export function addDesignCommands(warehouse: Command): void {
  withPlace(warehouse.command('apply [ids...]'))
    .description('make what actions propose; without ids, all that are proposed or approved')
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
  storewright warehouse undo view-orders-3f2a --store my-store`

const decision = () => ({ by: currentUser(), now: Date.now() })

async function applyAll(ids: readonly string[], options: PlaceOptions): Promise<void> {
  const done = await atPlace(options, 'write', async (db) => {
    const broken = await design.takeOutBroken(db, decision())
    const open = (await design.readActions(db)).filter(
      ({ status }) => status === 'proposed' || status === 'approved',
    )
    const wanted = ids.length > 0 ? ids : open.map(({ actionId }) => actionId)
    const applied: string[] = []
    for (const id of wanted) applied.push((await design.apply(db, id, decision())).actionId)
    if (applied.length > 0) await db.run('CHECKPOINT')
    return { applied, broken }
  })
  printData(options.json, done, () =>
    [
      ...done.broken.map(({ actionId, reason }) => `${actionId}: taken out of service: ${reason}`),
      ...done.applied.map((id) => `${id}: applied`),
      ...(done.applied.length === 0 ? ['Nothing is proposed; ask for advice first.'] : []),
    ].join('\n'),
  )
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
  options: PlaceOptions & { readonly again: boolean },
): Promise<void> {
  await atPlace(options, 'write', async (db) => {
    for (const fingerprint of fingerprints) {
      await design.writeLeftAlone(db, fingerprint, !options.again, currentUser(), Date.now())
    }
  })
  const data = fingerprints.map((fingerprint) => ({ fingerprint, leftAlone: !options.again }))
  printData(options.json, data, () =>
    fingerprints.map((f) => `${f}: ${options.again ? 'taken up again' : 'left alone'}`).join('\n'),
  )
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
    ...(note === undefined ? [] : [`  ${note}`]),
    ...action.reasons.map((reason) => `  ${reason}`),
  ]
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
