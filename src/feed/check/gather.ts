import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StorewrightError } from '../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { type OnProgress, silent, throwIfStopped } from '../../core/progress.ts'
import { type Database, quoteName } from '../../core/sql/database.ts'
import type { Adapter, AdapterSettings, FeedNote } from '../adapters/adapter.ts'
import { nativeAdapter } from '../adapters/native.ts'
import { adapterNamed } from '../adapters/registry.ts'
import type { TableDeclaration } from '../declare/table.ts'
import { fileLimit } from '../read/bytes.ts'
import { headerFaults } from '../read/header.ts'
import { type LoadedFile, loadFile } from '../read/load.ts'
import { listSource, type SourceFile } from '../read/source.ts'
import { suggest } from '../read/suggest.ts'
import { checkKeys, checkOrder, checkReferences } from './check-rows.ts'
import { checkTyped } from './check-typed.ts'
import { checkValues } from './check-values.ts'
import type { FaultList } from './faults.ts'
import type { TypedRows } from './typed-rows.ts'

/** How a feed is read. */
export interface FeedOptions {
  /** Name of an adapter; default native. */
  readonly adapter?: string
  readonly settings?: AdapterSettings
  /** IANA zone of times without an offset, and of days. Default UTC. */
  readonly timeZone?: string
  readonly knobs?: KnobSettings
  /** How many faults the report shows; all are counted. Default 20. */
  readonly faultsShown?: number
  readonly onProgress?: OnProgress | undefined
  readonly signal?: AbortSignal | undefined
}

/** A checked feed, waiting in temporary tables. */
export interface GatheredFeed {
  readonly rows: readonly TypedRows[]
  readonly files: readonly { readonly file: string; readonly rows: number }[]
  readonly notes: readonly FeedNote[]
  /** References that nothing could be said about: the target is in no file and no store was given. */
  readonly unchecked: readonly string[]
}

/** Reads, checks and translates a feed into temporary tables of `db`; faults go to `faults`. */
export async function gatherFeed(
  db: Database,
  source: string,
  options: FeedOptions,
  hasStore: boolean,
  faults: FaultList,
): Promise<GatheredFeed> {
  const adapter = adapterNamed(options.adapter ?? nativeAdapter.name)
  const timeZone = requireTimeZone(options.timeZone ?? 'UTC')
  const inputs = await readInputs(db, adapter, source, { ...options, timeZone }, faults)
  const notes: FeedNote[] = []
  const context = {
    db,
    inputs: inputs.read,
    modifiedAt: (table: string) => inputs.modifiedAt.get(table) ?? 0,
    timeZone,
    settings: options.settings ?? {},
    knobs: options.knobs ?? {},
    faults,
    note: (note: FeedNote) => void notes.push(note),
    onProgress: options.onProgress ?? silent,
    signal: options.signal,
  }
  const native = adapter === nativeAdapter
  // Faulty rows are still worth a look at their keys, but an adapter would misread them.
  const rows = native || faults.count === 0 ? await adapter.translate(context) : []
  const feed = new Map(rows.map((r) => [r.table.name, r]))
  const scope = { feed, unread: inputs.unread, hasStore }
  const unchecked: string[] = []
  for (const [i, made] of rows.entries()) {
    throwIfStopped(options.signal)
    context.onProgress({ step: 'check', done: i, total: rows.length, note: made.table.name })
    if (!native) await checkTyped(db, made, faults)
    await checkOrder(db, made, faults)
    await checkKeys(db, made, faults)
    unchecked.push(...(await checkReferences(db, made, scope, faults)))
  }
  return { rows, files: inputs.files, notes, unchecked }
}

function requireTimeZone(timeZone: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
  } catch (cause) {
    throw new StorewrightError('ERR_ARGUMENT', `there is no time zone ${timeZone}`, {
      next: 'Write an IANA name, such as Europe/London or UTC.',
      cause,
    })
  }
  return timeZone
}

interface Inputs {
  readonly read: Map<string, TypedRows>
  readonly unread: Set<string>
  /** Epoch ms, by input table. */
  readonly modifiedAt: Map<string, number>
  readonly files: { file: string; rows: number }[]
}

type ReadOptions = FeedOptions & { readonly timeZone: string }

async function readInputs(
  db: Database,
  adapter: Adapter,
  source: string,
  options: ReadOptions,
  faults: FaultList,
): Promise<Inputs> {
  const inputs: Inputs = { read: new Map(), unread: new Set(), modifiedAt: new Map(), files: [] }
  const files = listSource(source, faults)
  const extra = adapter.singleFile ? files.splice(1) : []
  if (extra.length > 0) {
    const found = `a folder of ${extra.length + 1} such files`
    const expected = `one file for the adapter ${adapter.name}; name the file itself`
    faults.add({ code: 'ERR_FEED_UNKNOWN_TABLE', file: source, expected, found })
    return inputs
  }
  const scratch = mkdtempSync(join(tmpdir(), 'storewright-feed-'))
  try {
    for (const [i, file] of files.entries()) {
      throwIfStopped(options.signal)
      options.onProgress?.({ step: 'read', done: i, total: files.length, note: file.file })
      await readInput(db, adapter, file, i, { options, faults, scratch, inputs })
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  return inputs
}

interface ReadScope {
  readonly options: ReadOptions
  readonly faults: FaultList
  readonly scratch: string
  readonly inputs: Inputs
}

async function readInput(
  db: Database,
  adapter: Adapter,
  file: SourceFile,
  number: number,
  { options, faults, scratch, inputs }: ReadScope,
): Promise<void> {
  // The name alone tells the table of a native file: known even when the file cannot be read.
  const expected = adapter.inputOf(file.stem, [])
  if (expected === undefined) return reportName(adapter, file, faults)
  if (inputs.read.has(expected.name) || inputs.unread.has(expected.name)) {
    const only = `one file for the table ${expected.name}`
    faults.add({
      code: 'ERR_FEED_UNKNOWN_TABLE',
      file: file.file,
      expected: only,
      found: 'another one',
    })
    return
  }
  const limitBytes = Math.round(readKnob(fileLimit, options.knobs) * 1e6)
  const loaded = await loadFile(db, file, `feed_raw_${number}`, {
    limitBytes,
    faults,
    signal: options.signal,
    scratch,
  })
  const table = loaded && headerFits(adapter, loaded, faults)
  if (loaded === undefined || table === undefined) {
    inputs.unread.add(expected.name)
    return
  }
  const rows = await checkValues(db, loaded, table, `feed_in_${table.name}`, {
    timeZone: options.timeZone,
    faults,
  })
  await db.run(`DROP TABLE ${quoteName(loaded.raw)}`)
  inputs.files.push({ file: file.file, rows: loaded.rowCount })
  inputs.read.set(table.name, rows)
  inputs.modifiedAt.set(table.name, Math.floor(statSync(file.path).mtimeMs))
}

function headerFits(
  adapter: Adapter,
  loaded: LoadedFile,
  faults: FaultList,
): TableDeclaration | undefined {
  const table = adapter.inputOf(loaded.source.stem, loaded.header)
  if (table === undefined) return undefined
  const wrong = headerFaults(loaded.header, table, loaded.source.file)
  faults.addMany(wrong.length, wrong)
  return wrong.length === 0 ? table : undefined
}

function reportName(adapter: Adapter, file: SourceFile, faults: FaultList): void {
  const like = suggest(file.stem, adapter.inputNames)
  const hint = like === undefined ? 'or an adapter that reads such files' : `is it ${like}?`
  faults.add({
    code: 'ERR_FEED_UNKNOWN_TABLE',
    file: file.file,
    expected: `a file named after a table of docs/feed.md; ${hint}`,
    found: 'a name of no table that a feed may fill',
  })
}
