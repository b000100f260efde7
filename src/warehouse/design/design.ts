import { StorewrightError } from '../../core/errors.ts'
import type { Database } from '../../core/sql/database.ts'
import { messageOf } from '../../core/sql/observe.ts'
import type { Action, ActionStatus, Advice, Gain } from '../types.ts'
import { changeOf, readBases } from './bases.ts'
import {
  dropAction,
  type Example,
  ensureRecords,
  readActions,
  type StoredAction,
  writeAction,
  writeRefusals,
} from './records.ts'
import { attachWith, groupRowsStanding, hasGroups, replacedBy } from './row-groups.ts'
import { dropEmptySchema, movedView, viewOf } from './views.ts'

/** Who does something, and when (epoch ms). */
export interface Decision {
  readonly by: string
  readonly now: number
}

/** An action that was taken out of service because what it rests on changed. */
export interface Broken {
  readonly actionId: string
  readonly reason: string
}

/**
 * Keeps advice in the database in place of proposals that were not taken up. Actions that a person
 * refused, and those that stand, stay as they are. `tablesOf` names the tables an action rests on; a view
 * says so itself. `examplesOf` gives statements that it can be measured on when it is applied.
 */
export async function propose(
  db: Database,
  advice: Advice,
  tablesOf: (action: Action) => readonly string[],
  { by, now }: Decision,
  examplesOf: (action: Action) => readonly Example[] = () => [],
): Promise<void> {
  await ensureRecords(db)
  const known = new Map((await readActions(db)).map((action) => [action.actionId, action]))
  await db.transaction(async () => {
    for (const action of known.values()) {
      if (action.status === 'proposed') await dropAction(db, action.actionId)
    }
    for (const action of advice.actions) {
      const before = known.get(action.actionId)?.status
      if (before === 'applied' || before === 'refused' || before === 'approved') continue
      const bases = await readBases(db, viewOf(action)?.tables ?? tablesOf(action))
      const decided = { status: 'proposed', decidedAt: now, decidedBy: by } as const
      await writeAction(db, { ...action, ...decided, bases, examples: examplesOf(action) })
    }
    await writeRefusals(db, advice.refusals)
  })
}

/**
 * Keeps one proposal beside all that is kept already, until advice is asked for again. False where a
 * person refused it before, or where it stands.
 */
export async function proposeBeside(
  db: Database,
  action: Action,
  { by, now }: Decision,
): Promise<boolean> {
  await ensureRecords(db)
  const known = (await readActions(db)).find(({ actionId }) => actionId === action.actionId)
  if (known?.status === 'refused' || known?.status === 'applied') return false
  const decided = { status: 'proposed', decidedAt: now, decidedBy: by } as const
  await db.transaction(() => writeAction(db, { ...action, ...decided, bases: [], examples: [] }))
  return true
}

/** Advice without what a person refused before, which then stands among what is left as it is. */
export async function withoutRefused(db: Database, advice: Advice): Promise<Advice> {
  const refused = new Map(
    (await readActions(db))
      .filter(({ status }) => status === 'refused')
      .map((action) => [action.actionId, action]),
  )
  const isRefused = ({ actionId }: Action) => refused.has(actionId)
  const refusals = advice.actions.filter(isRefused).map(({ actionId, kind, target }) => {
    const { decidedBy, note } = refused.get(actionId)!
    const why = note === undefined ? '' : `: ${note}`
    return { kind, target, reason: `${decidedBy} refused it${why}` }
  })
  return {
    actions: advice.actions.filter((action) => !isRefused(action)),
    refusals: [...advice.refusals, ...refusals],
  }
}

/**
 * Makes what an action proposes: its statements and its record in one transaction, so that after a
 * crash the old design stands or the new one. Where a statement fails, nothing of it stands and the
 * action is marked failed with what DuckDB said. `toMeasure` (default: the statements kept with it) stands
 * on the record until a gain does, so that a measuring that was cut off is known. Throws ERR_DESIGN and,
 * where the tables changed since it was proposed, ERR_DESIGN_CHANGED.
 */
export async function apply(
  db: Database,
  actionId: string,
  decision: Decision,
  toMeasure?: readonly Example[],
): Promise<StoredAction> {
  const action = await find(db, actionId)
  if (action.status === 'applied') throw wrongStatus(action, 'applied')
  const change = await changedBase(db, action)
  if (change !== undefined) {
    await mark(db, action, 'failed', decision, change)
    throw new StorewrightError(
      'ERR_DESIGN_CHANGED',
      `${actionId}: ${change} since it was proposed`,
      {
        next: 'Ask for advice again.',
      },
    )
  }
  // Settings are measured by those who propose them.
  const open = action.kind === 'knob' ? [] : (toMeasure ?? action.examples ?? [])
  const applied: StoredAction = {
    ...decided(action, 'applied', decision),
    ...(open.length === 0 ? {} : { toMeasure: open }),
  }
  const standing = (await readActions(db)).filter(({ status }) => status === 'applied')
  const replaced = standing.filter(({ actionId: id }) => id === replacedBy(action))
  await attachFor(db, [...standing.filter((other) => !replaced.includes(other)), action])
  const records = replaced.map((other) => ({
    ...decided(other, 'undone', decision),
    note: `${action.actionId} stands in its place`,
  }))
  await inOneStep(db, action, action.apply, [applied, ...records], decision)
  return applied
}

/** Has what is written from now on lie in row groups of the size that layouts ask for. */
async function attachFor(db: Database, standing: readonly StoredAction[]): Promise<void> {
  if (!standing.some((action) => action.kind === 'layout' || hasGroups(action))) return
  await attachWith(db, groupRowsStanding(standing))
}

/** Unmakes what an action made, in one transaction. Throws ERR_DESIGN. */
export async function undo(
  db: Database,
  actionId: string,
  decision: Decision,
): Promise<StoredAction> {
  const action = await find(db, actionId)
  if (action.status !== 'applied') throw wrongStatus(action, 'undone')
  const undone = decided(action, 'undone', decision)
  if (action.kind === 'layout' || hasGroups(action)) {
    const standing = (await readActions(db)).filter(({ status }) => status === 'applied')
    await attachWith(db, groupRowsStanding(standing.filter((other) => other.actionId !== actionId)))
  }
  await inOneStep(db, action, action.undo, [undone], decision)
  return undone
}

/** Approves or refuses a proposed action. Throws ERR_DESIGN where it is not proposed. */
export async function decide(
  db: Database,
  actionId: string,
  status: Extract<ActionStatus, 'approved' | 'refused'>,
  decision: Decision & { readonly note?: string },
): Promise<void> {
  const action = await find(db, actionId)
  if (action.status === 'applied') throw wrongStatus(action, status)
  await mark(db, action, status, decision, decision.note)
}

/** Keeps what an applied action was measured to gain; undefined: there is nothing to measure it on. */
export async function recordGain(
  db: Database,
  actionId: string,
  measured: Gain | undefined,
  decision: Decision,
): Promise<void> {
  const { toMeasure: _measured, ...action } = await find(db, actionId)
  await db.transaction(() =>
    writeAction(db, {
      ...decided(action, action.status, decision),
      ...(measured === undefined ? {} : { measured }),
    }),
  )
}

/**
 * Looks whether tables changed under applied actions. What rests on a changed table is marked failed
 * and, where it made something of its own, unmade, in one transaction an action; returns which and why.
 * Views of former versions, which stood among the user's tables, are brought into their own schema.
 */
export async function takeOutBroken(db: Database, decision: Decision): Promise<readonly Broken[]> {
  const broken: Broken[] = []
  await moveViews(db, decision)
  for (const action of await readActions(db)) {
    if (action.status !== 'applied') continue
    const reason = await changedBase(db, action)
    if (reason === undefined) continue
    const failed = { ...decided(action, 'failed', decision), note: reason }
    // The order of a table's rows harms no one; unmaking it could lose columns that came since.
    const statements = action.kind === 'view' || action.kind === 'index' ? action.undo : []
    try {
      await runTogether(db, statements, failed)
    } catch {
      await runTogether(db, [], failed)
    }
    broken.push({ actionId: action.actionId, reason })
  }
  return broken
}

async function moveViews(db: Database, decision: Decision): Promise<void> {
  for (const action of await readActions(db)) {
    if (action.status !== 'applied' && action.status !== 'approved') continue
    const moved = movedView(action)
    if (moved === undefined) continue
    try {
      await runTogether(db, moved.statements, moved.action)
    } catch (error) {
      // Its tables may be gone: whether they are is looked at next.
      await mark(db, action, action.status, decision, messageOf(error))
    }
  }
}

async function find(db: Database, actionId: string): Promise<StoredAction> {
  const actions = await readActions(db)
  const action = actions.find((candidate) => candidate.actionId === actionId)
  if (action !== undefined) return action
  throw new StorewrightError('ERR_DESIGN', `there is no action ${actionId}`, {
    next:
      actions.length === 0
        ? '`storewright warehouse advise` says what can be done.'
        : '`storewright warehouse report` lists the actions.',
  })
}

function wrongStatus(action: StoredAction, wanted: ActionStatus): StorewrightError {
  const { actionId, status } = action
  return new StorewrightError(
    'ERR_DESIGN',
    status === wanted
      ? `${actionId} is ${status} already`
      : `${actionId} is ${status} and cannot be ${wanted}`,
    { next: '`storewright warehouse report` says where each action stands.' },
  )
}

async function changedBase(db: Database, { bases }: StoredAction): Promise<string | undefined> {
  const now = await readBases(
    db,
    bases.map(({ table }) => table),
  )
  return bases.map((was, i) => changeOf(was, now[i]!)).find((change) => change !== undefined)
}

function decided(action: StoredAction, status: ActionStatus, { by, now }: Decision): StoredAction {
  const { note: _before, toMeasure, ...rest } = action
  const open = status === 'applied' && toMeasure !== undefined ? { toMeasure } : {}
  return { ...rest, ...open, status, decidedAt: now, decidedBy: by }
}

async function mark(
  db: Database,
  action: StoredAction,
  status: ActionStatus,
  decision: Decision,
  note: string | undefined,
): Promise<void> {
  await runTogether(db, [], {
    ...decided(action, status, decision),
    ...(note === undefined ? {} : { note }),
  })
}

async function runTogether(
  db: Database,
  statements: readonly string[],
  ...records: readonly StoredAction[]
): Promise<void> {
  await db.transaction(async () => {
    for (const sql of statements) await db.run(sql)
    for (const record of records) {
      if (record.kind === 'view' && record.status !== 'applied') await dropEmptySchema(db)
      await writeAction(db, record)
    }
  })
}

async function inOneStep(
  db: Database,
  action: StoredAction,
  statements: readonly string[],
  records: readonly [StoredAction, ...StoredAction[]],
  decision: Decision,
): Promise<void> {
  const [record] = records
  try {
    await runTogether(db, statements, ...records)
  } catch (cause) {
    if (cause instanceof StorewrightError && cause.code === 'ERR_CANCELLED') throw cause
    const said = cause instanceof Error ? cause.message : String(cause)
    // A full disk may refuse this note too; the design is whole without it.
    const status = action.status === 'applied' ? 'applied' : 'failed'
    await mark(db, action, status, decision, said).catch(() => undefined)
    throw new StorewrightError(
      'ERR_DESIGN',
      `${action.actionId} was not ${record.status}: ${said}`,
      {
        next: nextAfter(said),
        cause,
      },
    )
  }
}

function nextAfter(said: string): string {
  const design = 'The design stands as it was.'
  if (/no space|disk|max_temp_directory_size|file too large|could not write/i.test(said)) {
    return `${design} Make room on the disk and apply it again.`
  }
  if (/out of memory|memory_limit/i.test(said)) {
    return `${design} Give DuckDB more memory (memory_limit) and apply it again.`
  }
  if (/interrupt/i.test(said)) return `${design} It was stopped; apply it again when there is time.`
  return `${design} Solve what DuckDB says, or ask for advice again.`
}
