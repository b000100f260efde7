import type { Command } from 'commander'
import { StorewrightError } from '../../core/errors.ts'
import type { Database } from '../../core/sql/database.ts'
import { stoppable } from '../../core/sql/stoppable.ts'
import { readWorkload, storePaths } from '../../loop/index.ts'
import {
  type Action,
  type AppliedMeasured,
  design,
  refreshStanding,
} from '../../warehouse/index.ts'
import { currentUser } from '../options.ts'
import { printData, stopSignal } from '../output.ts'
import {
  applyInTurn,
  describeMeasured,
  measureLeftOver,
  type NotDone,
  notDone,
} from './warehouse-in-turn.ts'
import {
  atPlace,
  bringTogether,
  memoryOf,
  type PlaceOptions,
  withPlace,
} from './warehouse-place.ts'

/** warehouse apply, undo, approve, refuse, leave: what is done with what was proposed and what stands. */
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
  /** What stood before, and was measured only now. */
  readonly leftOver: readonly AppliedMeasured[]
  readonly broken: readonly design.Broken[]
  readonly refreshed: Awaited<ReturnType<typeof refreshStanding>>
  readonly failed: readonly NotDone[]
}

async function applyAll(
  given: readonly string[],
  options: PlaceOptions & { readonly refresh: boolean },
): Promise<void> {
  const signal = stopSignal()
  const ids = [...new Set(given)]
  const done = await atPlace(options, 'write', async (db, plain): Promise<Applied> => {
    const broken = await design.takeOutBroken(db, decision())
    const memory = memoryOf(options)
    const inTurn = { decision: decision(), signal, plain, seed: 1, isRetreating: false, ...memory }
    const leftOver = await measureLeftOver(db, inTurn)
    const open = (await design.readActions(db)).filter(
      ({ status }) => status === 'proposed' || status === 'approved',
    )
    const isAll = ids.length === 0 && !options.refresh
    const wanted = isAll ? open.map(({ actionId }) => actionId) : ids
    const { measured, failed } = await applyInTurn(db, wanted, inTurn)
    const refreshed = options.refresh
      ? await refreshStanding(stoppable(db, signal), decision())
      : []
    if (measured.length + refreshed.length > 0) await bringTogether(db)
    const stands = measured.filter(({ takenBack }) => takenBack === undefined)
    const applied = stands.map(({ actionId }) => actionId)
    return { applied, measured, leftOver, broken, refreshed, failed }
  })
  printData(options.json, done, () => describeApplied(done, options.refresh))
  if (done.failed.length > 0) process.exitCode = 2
}

function describeApplied(
  { measured, leftOver, broken, refreshed, failed }: Applied,
  isRefresh: boolean,
): string {
  const lines = [
    ...broken.map(({ actionId, reason }) => `${actionId}: taken out of service: ${reason}`),
    ...leftOver.map(describeMeasured),
    ...measured.map(describeMeasured),
    ...failed.map(describeNotDone),
    ...refreshed.map(({ actionId, refreshed: how, failed }) =>
      failed === undefined
        ? `${actionId}: up to date again (${how})`
        : `${actionId}: stays out of use: ${failed}`,
    ),
  ]
  if (lines.length > 0) return lines.join('\n')
  return isRefresh ? 'All views are up to date.' : 'Nothing is proposed; ask for advice first.'
}

const describeNotDone = ({ reason, next }: NotDone) =>
  next === undefined ? reason : `${reason}\n  ${next}`

type Outcome = 'undone' | 'approved' | 'refused'

async function each(
  ids: readonly string[],
  options: PlaceOptions & { readonly why?: string },
  outcome: Outcome,
): Promise<void> {
  const failed = await oneByOne(ids, options, async (db, id) => {
    if (outcome === 'undone') await design.undo(db, id, decision())
    else {
      const note = options.why === undefined ? {} : { note: options.why }
      await design.decide(db, id, outcome, { ...decision(), ...note })
    }
  })
  printEach(ids, options, failed, {
    data: (actionId) => ({ actionId, status: outcome }),
    text: (id) => `${id}: ${outcome}`,
  })
}

async function leave(
  fingerprints: readonly string[],
  options: PlaceOptions & { readonly again: boolean; readonly unseen: boolean },
): Promise<void> {
  const failed = await oneByOne(fingerprints, options, async (db, fingerprint) => {
    if (options.again) await requireLeft(db, fingerprint)
    else if (!options.unseen) await requireKnown(db, fingerprint, options)
    await design.writeLeftAlone(db, fingerprint, !options.again, currentUser(), Date.now())
  })
  printEach(fingerprints, options, failed, {
    data: (fingerprint) => ({ fingerprint, leftAlone: !options.again }),
    text: (f) => `${f}: ${options.again ? 'taken up again' : 'left alone'}`,
  })
}

/** Does the same to each; one that cannot be done keeps no other from it, one alone throws why. */
async function oneByOne(
  names: readonly string[],
  place: PlaceOptions,
  work: (db: Database, name: string) => Promise<void>,
): Promise<ReadonlyMap<string, NotDone>> {
  const failed = new Map<string, NotDone>()
  await atPlace(place, 'write', async (db) => {
    for (const name of new Set(names)) {
      try {
        await work(db, name)
      } catch (error) {
        if (!(error instanceof StorewrightError) || new Set(names).size === 1) throw error
        failed.set(name, notDone(name, error))
      }
    }
  })
  return failed
}

/** Prints what became of each; the exit code says whether all was done. */
function printEach(
  names: readonly string[],
  { json }: PlaceOptions,
  failed: ReadonlyMap<string, NotDone>,
  { data, text }: { data: (name: string) => object; text: (name: string) => string },
): void {
  const all = [...new Set(names)]
  const describe = (name: string) => {
    const why = failed.get(name)
    return why === undefined ? text(name) : describeNotDone(why)
  }
  printData(
    json,
    all.map((name) => failed.get(name) ?? data(name)),
    () => all.map(describe).join('\n'),
  )
  if (failed.size > 0) process.exitCode = 2
}

/** Throws where a fingerprint is not left alone. */
async function requireLeft(db: Database, fingerprint: string): Promise<void> {
  const left = await design.readLeftAlone(db)
  if (left.has(fingerprint)) return
  throw new StorewrightError('ERR_ARGUMENT', `${fingerprint} is not left alone`, {
    next: left.size === 0 ? 'No statements are.' : `These are: ${[...left].join(', ')}.`,
  })
}

/** Throws where a fingerprint is of no statement that was watched, and of none that an action serves. */
async function requireKnown(db: Database, fingerprint: string, place: PlaceOptions): Promise<void> {
  const actions = await design.readActions(db)
  const known = new Set(actions.flatMap((action) => action.fingerprints))
  for (const { target } of await design.readRefusals(db)) known.add(target)
  const watched =
    place.store === undefined ? undefined : readWorkload(storePaths(place.store).database)
  for (const { template } of watched?.templates ?? []) known.add(template.fingerprint)
  if (known.has(fingerprint)) return
  const action = actions.find(({ actionId }) => actionId === fingerprint)
  throw action === undefined ? unknownFingerprint(fingerprint, place) : noFingerprint(action)
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
