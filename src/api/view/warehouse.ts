import { StorewrightError } from '../../core/errors.ts'
import type { Database } from '../../core/sql/database.ts'
import {
  type PaceReport,
  paceReport,
  readWorkload,
  requireStore,
  storeSettings,
  withDatabase,
  workloadDays,
} from '../../loop/index.ts'
import {
  applyMeasured,
  design,
  type Gain,
  inApplyOrder,
  type Refusal,
  type Workload,
} from '../../warehouse/index.ts'
import type {
  WarehouseAction,
  WarehouseSummary,
  WarehouseTemplate,
  WarehouseWaits,
} from '../schemas/warehouse.ts'
import type { WarehouseView } from '../warehouse-view.ts'

/** Templates shown; the others take next to nothing. */
const MOST_TEMPLATES = 500
/** What may be applied or refused. */
const OPEN = ['proposed', 'approved', 'undone', 'failed']
const SEED = 1

/** What is asked about the database of a store folder, and changes of its design. */
export function createWarehouseView(
  folder: string,
  { clock }: { readonly clock: () => number },
): WarehouseView {
  const asked = () => readWorkload(requireStore(folder).database)
  const waits = () => waitsOf(paceReport(requireStore(folder).database))
  const summary = async () => {
    const facts = await withDatabase(folder, 'read', readFacts)
    const { warehouse } = storeSettings(folder)
    return summaryOf(
      { ...facts, workload: asked() },
      {
        mode: warehouse.mode,
        storageLimitBytes: warehouse.storage_mb * 1e6,
        command: `storewright warehouse advise --store ${folder}`,
        runCommand: `storewright run --store ${folder}`,
        waits: waits(),
      },
    )
  }
  const change = async (work: (db: Database, plain: Database) => Promise<void>) => {
    await withDatabase(folder, 'write', work)
    return summary()
  }
  return {
    summary,
    waits,
    apply: ({ actionIds, by }) =>
      change(async (db, plain) => {
        const actions = await requireStatus(db, actionIds, OPEN)
        await each(inApplyOrder(actions), ({ actionId }) =>
          applyMeasured(
            db,
            actionId,
            { by, now: clock() },
            { seed: SEED, isRetreating: false, plain },
          ),
        )
      }),
    undo: ({ actionIds, by }) =>
      change(async (db) => {
        const actions = await requireStatus(db, actionIds, ['applied'])
        await each(actions, ({ actionId }) => design.undo(db, actionId, { by, now: clock() }))
      }),
    refuse: ({ actionId, reason, by }) =>
      change(async (db) => {
        await requireStatus(db, [actionId], OPEN)
        await design.decide(db, actionId, 'refused', { by, now: clock(), note: reason })
      }),
    async setOff({ fingerprint, off, by }) {
      const known = asked()?.templates ?? []
      if (!known.some(({ template }) => template.fingerprint === fingerprint)) {
        throw notFound(`no statement is known as ${fingerprint}`)
      }
      return change((db) => design.writeLeftAlone(db, fingerprint, off, by, clock()))
    },
  }
}

const notFound = (message: string) =>
  new StorewrightError('ERR_PLAN_NOT_FOUND', message, { next: 'Load the page anew.' })

/** The actions; throws before anything is changed where one is not there or stands elsewhere. */
async function requireStatus(
  db: Database,
  ids: readonly string[],
  allowed: readonly string[],
): Promise<readonly design.StoredAction[]> {
  const known = new Map((await design.readActions(db)).map((one) => [one.actionId, one]))
  return ids.map((id) => {
    const action = known.get(id)
    if (action === undefined) throw notFound(`there is no action ${id}`)
    if (allowed.includes(action.status)) return action
    throw new StorewrightError('ERR_PLAN_STATUS', `action ${id} is ${action.status}`)
  })
}

/** One that fails keeps no other from being done, and stands as it stood or as failed; throws where all fail. */
async function each(
  actions: readonly design.StoredAction[],
  work: (action: design.StoredAction) => Promise<unknown>,
): Promise<void> {
  const faults: unknown[] = []
  for (const action of actions) await work(action).catch((fault) => faults.push(fault))
  if (faults.length === actions.length) throw faults[0]
}

/** What the database itself knows of its design. */
interface DesignFacts {
  readonly actions: readonly design.StoredAction[]
  readonly refusals: readonly Refusal[]
  readonly leftAlone: ReadonlySet<string>
}

async function readFacts(db: Database): Promise<DesignFacts> {
  return {
    actions: await design.readActions(db),
    refusals: await design.readRefusals(db),
    leftAlone: await design.readLeftAlone(db),
  }
}

function waitsOf(report: PaceReport | undefined): WarehouseWaits | null {
  if (report === undefined) return null
  const { order, waiting, running, statements, putFirst } = report
  const { waitP50Ms, waitP95Ms, longestWaitMs } = report
  return { order, waiting, running, statements, putFirst, waitP50Ms, waitP95Ms, longestWaitMs }
}

type Setting = Pick<
  WarehouseSummary,
  'mode' | 'storageLimitBytes' | 'command' | 'runCommand' | 'waits'
>

/** The page, from what was asked and what was changed. */
export function summaryOf(
  facts: DesignFacts & { readonly workload: Workload | undefined },
  setting: Setting,
): WarehouseSummary {
  const { workload, actions, leftAlone } = facts
  const loads = workload?.templates ?? []
  const days = workload === undefined ? 1 : workloadDays(workload)
  const applied = actions.filter(({ status }) => status === 'applied')
  const gains = applied.map(gainOf)
  const sum = (of: (gain: Gain) => number) => gains.reduce((total, gain) => total + of(gain), 0)
  const statements = loads.reduce((total, { count }) => total + count, 0)
  const cpuMsPerDay = loads.reduce((total, load) => total + load.totalCpuMs, 0) / days
  const savedMsPerDay = sum((gain) => gain.savedCpuMsPerDay)
  const upkeepMsPerDay = sum((gain) => gain.upkeepCpuMsPerDay)
  const waiting = actions.filter(({ status }) => status === 'proposed').length
  return {
    ...setting,
    sentence: sentenceOf({
      statements,
      cpuMsPerDay,
      netMsPerDay: savedMsPerDay - upkeepMsPerDay,
      waiting,
      applied: applied.length,
    }),
    seenFrom: workload === undefined ? null : new Date(workload.fromMs).toISOString(),
    seenUntil: workload === undefined ? null : new Date(workload.toMs).toISOString(),
    statements,
    statementsPerDay: statements / days,
    cpuMsPerDay,
    savedMsPerDay,
    upkeepMsPerDay,
    storageBytes: sum((gain) => gain.storageBytes),
    templates: loads
      .slice(0, MOST_TEMPLATES)
      .map((load) => templateOf(load, days, applied, leftAlone)),
    actions: [...actions].sort(byNeed).map(actionOf),
    refusals: facts.refusals.map(({ kind, target, reason }) => ({ kind, target, reason })),
  }
}

const gainOf = ({ measured, predicted }: design.StoredAction): Gain => measured ?? predicted

const NEED = { proposed: 0, failed: 1, approved: 2, applied: 3, undone: 4, refused: 5 } as const

/** What waits for a word first, then by gain. */
function byNeed(a: design.StoredAction, b: design.StoredAction): number {
  const net = (action: design.StoredAction) =>
    gainOf(action).savedCpuMsPerDay - gainOf(action).upkeepCpuMsPerDay
  return NEED[a.status] - NEED[b.status] || net(b) - net(a)
}

function templateOf(
  load: Workload['templates'][number],
  days: number,
  applied: readonly design.StoredAction[],
  leftAlone: ReadonlySet<string>,
): WarehouseTemplate {
  const { fingerprint, sql, tables } = load.template
  const asked = load.sample.find(({ askedBy }) => askedBy !== undefined)?.askedBy
  return {
    fingerprint,
    sql,
    tables: [...tables],
    askedBy: asked ?? null,
    statements: load.count,
    failures: load.failures,
    perDay: load.count / days,
    cpuMsPerDay: load.totalCpuMs / days,
    p50Ms: load.p50CpuMs,
    p95Ms: load.p95CpuMs,
    tuned:
      load.tuned === undefined
        ? null
        : {
            statements: load.tuned.count,
            p50Ms: load.tuned.p50CpuMs,
            p95Ms: load.tuned.p95CpuMs,
          },
    actionIds: applied
      .filter(({ fingerprints }) => fingerprints.includes(fingerprint))
      .map(({ actionId }) => actionId),
    off: leftAlone.has(fingerprint),
  }
}

function actionOf(action: design.StoredAction): WarehouseAction {
  const gain = (of: Gain) => ({
    savedMsPerDay: of.savedCpuMsPerDay,
    upkeepMsPerDay: of.upkeepCpuMsPerDay,
    buildMs: of.buildCpuMs,
    storageBytes: of.storageBytes,
  })
  const { status, measured } = action
  return {
    actionId: action.actionId,
    kind: action.kind,
    target: action.target,
    summary: action.summary,
    reasons: [...action.reasons],
    status,
    severity: status === 'failed' ? 'bad' : status === 'proposed' ? 'warn' : 'ok',
    decidedAt: new Date(action.decidedAt).toISOString(),
    decidedBy: action.decidedBy,
    note: action.note ?? null,
    predicted: gain(action.predicted),
    measured: measured === undefined ? null : gain(measured),
    fingerprints: [...action.fingerprints],
    applySql: [...action.apply],
    undoSql: [...action.undo],
  }
}

const seconds = (ms: number): string =>
  ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`

function sentenceOf(known: {
  readonly statements: number
  readonly cpuMsPerDay: number
  /** Saved, less what keeping the changes up takes. */
  readonly netMsPerDay: number
  readonly waiting: number
  readonly applied: number
}): string {
  const { statements, cpuMsPerDay, netMsPerDay, waiting, applied } = known
  if (statements === 0 && applied + waiting === 0) {
    return 'Nothing has been asked of the database yet.'
  }
  const more =
    waiting === 0
      ? ''
      : waiting === 1
        ? ' 1 change waits for your word.'
        : ` ${waiting} changes wait for your word.`
  if (applied === 0) {
    return `What is asked of the database takes ${seconds(cpuMsPerDay)} of CPU a day; nothing is changed for it.${more}`
  }
  if (netMsPerDay < 0) {
    return `Changes take ${seconds(-netMsPerDay)} of CPU a day more than they save; take back what does not pay.${more}`
  }
  const whole = cpuMsPerDay + netMsPerDay
  const share = whole > 0 ? Math.round((100 * netMsPerDay) / whole) : 0
  return `Changes save ${seconds(netMsPerDay)} of CPU a day, ${share} % of what is asked of the database.${more}`
}
