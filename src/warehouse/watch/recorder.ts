import { StorewrightError } from '../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { createRandom } from '../../core/random/random.ts'
import type { KnownStatement, StatementSeen, Workload } from '../types.ts'
import { repeatMemory, sampleSize, templateLimit } from './knobs.ts'
import { hideConstants, hideMessage, keyedHash, type Privacy } from './privacy.ts'
import { createRepetition, type RepetitionCounts, type RepetitionReport } from './repetition.ts'
import {
  addProfile,
  addRun,
  loadOf,
  newRecord,
  restoreRecord,
  type SavedRecord,
  saveRecord,
  type TemplateRecord,
} from './template-record.ts'
import type { RunSeen, Watcher } from './watcher.ts'

/** The bounded record of what was asked. */
export interface Recorder extends Watcher {
  /** A table changed, undefined: any: matters to what a result cache would have saved. */
  changed(table: string | undefined): void
  /** A statement that nobody looked at: it is among those that were dropped. */
  passed(run: Pick<RunSeen, 'cpuMs' | 'wallMs'>): void
  /** A run whose operators were measured; not counted as asked. */
  profiled(statement: KnownStatement, run: RunSeen): void
  workload(): Workload
  repetition(): RepetitionReport
  /** Templates that were dropped to stay within the limit, what they had taken, and statements not looked at. */
  dropped(): Dropped
  /** All of it as plain data, for JSON. */
  save(): SavedRecorder
  /** Begins a new period: what was recorded is forgotten. */
  clear(): void
}

export interface Dropped {
  readonly templates: number
  readonly statements: number
  readonly cpuMs: number
}

export interface SavedRecorder {
  readonly form: 'storewright-workload-1'
  readonly records: readonly SavedRecord[]
  readonly repetition: RepetitionCounts
  readonly dropped: Dropped
}

export interface RecorderOptions {
  readonly seed: number
  readonly knobs?: KnobSettings
  /** Absent: values are kept as they are. */
  readonly privacy?: Privacy
  /** What `save` of another gave, to go on from. */
  readonly saved?: SavedRecorder
}

/** Nothing seen is worth less than the cheapest tenth, which goes when there is no room. */
const DROPPED_SHARE = 0.1

/**
 * Records statements by template: counts, sketches of CPU time, an even sample of runs each. Memory is
 * bounded by knobs: templates times sample. Throws ERR_STORE_DAMAGED when `saved` is of another form.
 */
export function createRecorder(options: RecorderOptions): Recorder {
  const { seed, knobs, privacy, saved } = options
  if (saved !== undefined && saved.form !== 'storewright-workload-1') throw unknownForm(saved.form)
  const limit = readKnob(templateLimit, knobs)
  const size = readKnob(sampleSize, knobs)
  const random = createRandom(`${seed} recorder`)
  const memory = readKnob(repeatMemory, knobs)
  let records = new Map(
    (saved?.records ?? []).map((record) => [record.template.fingerprint, restoreRecord(record)]),
  )
  let repetition = createRepetition(memory, saved?.repetition)
  let dropped: Dropped = saved?.dropped ?? { templates: 0, statements: 0, cpuMs: 0 }
  const recordOf = ({ template }: KnownStatement, at: number): TemplateRecord => {
    const known = records.get(template.fingerprint)
    if (known !== undefined) {
      // Kind and tables come with the first look at the tree.
      if (template.tables.length > 0) known.template = template
      return known
    }
    if (records.size >= limit) dropped = dropCheapest(records, dropped)
    const record = newRecord(template, at)
    records.set(template.fingerprint, record)
    return record
  }
  return {
    observe(statement, run) {
      const record = recordOf(statement, run.at)
      const cpuMs = run.cpuMs ?? run.wallMs
      const text = privacy === undefined ? statement.sql : keyedHash(statement.sql, privacy.key)
      repetition.add(text, record.count === 0, statement.template.tables, cpuMs)
      addRun(record, run, cpuMs, size, random, () => seenOf(statement, run, privacy))
      if (privacy === undefined && run.failed === undefined) record.example = statement.sql
    },
    changed: (table) => repetition.changed(table),
    passed({ cpuMs, wallMs }) {
      const { templates, statements, cpuMs: before } = dropped
      dropped = { templates, statements: statements + 1, cpuMs: before + (cpuMs ?? wallMs) }
    },
    profiled: (statement, run) =>
      addProfile(recordOf(statement, run.at), seenOf(statement, run, privacy)),
    workload: () => workloadOf([...records.values()]),
    repetition: () => repetition.report(),
    dropped: () => dropped,
    save: () => ({
      form: 'storewright-workload-1',
      records: [...records.values()].map(saveRecord),
      repetition: repetition.save(),
      dropped,
    }),
    clear: () => {
      records = new Map()
      repetition = createRepetition(memory)
      dropped = { templates: 0, statements: 0, cpuMs: 0 }
    },
  }
}

function unknownForm(form: string): StorewrightError {
  return new StorewrightError('ERR_STORE_DAMAGED', `a record of statements has the form ${form}`, {
    next: 'Remove it; watching begins anew.',
  })
}

function seenOf(
  { sql, template, constants, kinds }: KnownStatement,
  run: RunSeen,
  privacy: Privacy | undefined,
): StatementSeen {
  return {
    ...run,
    fingerprint: template.fingerprint,
    constants: hideConstants(constants, kinds, privacy),
    ...(privacy === undefined ? { sql } : {}),
    ...(run.failed === undefined ? {} : { failed: hideMessage(run.failed, privacy) }),
  }
}

function workloadOf(records: readonly TemplateRecord[]): Workload {
  const templates = records
    .map(loadOf)
    .sort(
      (a, b) =>
        b.totalCpuMs - a.totalCpuMs || (a.template.fingerprint < b.template.fingerprint ? -1 : 1),
    )
  const fold = (best: (a: number, b: number) => number, of: readonly number[]) =>
    of.length === 0 ? 0 : of.reduce((a, b) => best(a, b))
  return {
    templates,
    fromMs: fold(
      Math.min,
      templates.map(({ firstAt }) => firstAt),
    ),
    toMs: fold(
      Math.max,
      templates.map(({ lastAt }) => lastAt),
    ),
  }
}

function dropCheapest(records: Map<string, TemplateRecord>, dropped: Dropped): Dropped {
  const count = Math.max(1, Math.floor(DROPPED_SHARE * records.size))
  const cheapest = [...records.values()]
    .sort((a, b) => a.totalCpuMs - b.totalCpuMs || a.lastAt - b.lastAt)
    .slice(0, count)
  for (const { template } of cheapest) records.delete(template.fingerprint)
  return {
    templates: dropped.templates + count,
    statements: dropped.statements + cheapest.reduce((sum, record) => sum + record.count, 0),
    cpuMs: dropped.cpuMs + cheapest.reduce((sum, record) => sum + record.totalCpuMs, 0),
  }
}
