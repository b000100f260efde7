import { existsSync, mkdirSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { StorewrightError } from '../../core/errors.ts'
import { writeFileWhole } from '../../core/files.ts'
import type { KnobSettings } from '../../core/knobs.ts'
import { type Database, openDatabase, openShared } from '../../core/sql/database.ts'
import { cpuNow, type OnStatement } from '../../core/sql/observe.ts'
import { createStoreTables, lacksStoreTables } from '../../feed/index.ts'
import { openServing, type Serving } from '../warehouse/serving.ts'
import { type StoreWatch, watchOf, whoAsks } from '../warehouse/watching.ts'
import { createGate, type Gate } from './gate.ts'
import { keepForReading, letGo, takeForReading, unwant, want } from './kept-open.ts'
import { paceOf } from './pace.ts'
import { requireStore, type StorePaths, storePaths } from './paths.ts'
import { checkSettings, initialSettings, readSettings, type Settings } from './settings.ts'
import { connectReader } from './shared-reader.ts'

export interface InitOptions {
  readonly name?: string
  readonly currency?: string
  readonly timeZone?: string
  /** Knobs that are set from the start. */
  readonly knobs?: Readonly<Record<string, number>>
}

/** Makes an empty store in `folder`; throws ERR_STORE_EXISTS where there is one. */
export async function initStore(folder: string, options: InitOptions = {}): Promise<StorePaths> {
  const paths = storePaths(folder)
  if (existsSync(paths.settings)) {
    throw new StorewrightError('ERR_STORE_EXISTS', `${folder} is a store already`, {
      file: folder,
      next: `Import into it: storewright import FEED --store ${folder}`,
    })
  }
  const name = options.name ?? paths.folder.split(/[\\/]/).at(-1)!
  const { currency = 'GBP', timeZone = 'UTC' } = options
  const settings = initialSettings(name, currency, timeZone, options.knobs)
  checkSettings(settings, paths.settings)
  mkdirSync(paths.models, { recursive: true })
  mkdirSync(paths.ledger, { recursive: true })
  const database = await openDatabase(paths.database)
  await createStoreTables(database)
  database.close()
  // The settings come last: a folder is a store once they are there.
  writeFileWhole(paths.settings, settings)
  return paths
}

/** How long to wait for another process that holds the database, in all. */
const BUSY_WAIT_MS = 10_000
const THREADS = 2
const MEMORY_BYTES = 1e9

export interface WithDatabaseOptions {
  /** Stops what is asked of the database. */
  readonly signal?: AbortSignal
}

/** `plain` is the same database without what stands in it, and without order among what is asked. */
type Work<T> = (database: Database, plain: Database) => Promise<T>

/**
 * Opens the store's database for the time of `work` alone, so that a server and a command can
 * share a store: DuckDB lets one process write or several read. Waits for the other to finish;
 * throws ERR_STORE_BUSY after ten seconds. Works of this process that read run beside each other, their
 * statements in the order that [warehouse] schedule says. `plain` is the same database without what
 * stands in it (views, plans) and without that order: for those who judge it. A store made by an older
 * version is first given the tables and columns that it does not have.
 */
export async function withDatabase<T>(
  folder: string,
  mode: 'read' | 'write',
  work: Work<T>,
  options: WithDatabaseOptions = {},
): Promise<T> {
  const { database: path } = requireStore(folder)
  await bringUpToDate(path)
  return gateOf(path).enter(mode, async () => {
    if (mode === 'write') letGo(path)
    const settings = storeSettings(folder)
    const asked = mode === 'write' ? work : inOrder(path, settings, work, options)
    return settings.warehouse.mode === 'off'
      ? unwatched(path, mode, asked)
      : watched(path, mode, asked, settings.knobs)
  })
}

/** A work whose statements run in their turn among those of all that read in this process. */
function inOrder<T>(
  path: string,
  { warehouse, knobs }: Settings,
  work: Work<T>,
  { signal }: WithDatabaseOptions,
): Work<T> {
  return async (database, plain) => {
    const pace = paceOf(path, {
      ...{ order: warehouse.schedule, cores: THREADS, memoryBytes: MEMORY_BYTES, knobs },
    })
    const ordered = pace.scheduled(database, whoAsks(), signal)
    signal?.addEventListener('abort', ordered.interrupt)
    return work(ordered, plain).finally(() =>
      signal?.removeEventListener('abort', ordered.interrupt),
    )
  }
}

async function unwatched<T>(path: string, mode: 'read' | 'write', work: Work<T>): Promise<T> {
  letGo(path)
  const database = await openIn(mode, path)
  return work(database, database).finally(() => database.close())
}

/** A store's database, open, with what stands in it. */
interface OpenStore {
  readonly plain: Database
  readonly serving: Serving | undefined
  close(): void
}

/** What stands in the store's database serves, and what is asked is known. */
async function watched<T>(
  path: string,
  mode: 'read' | 'write',
  work: Work<T>,
  knobs: KnobSettings,
): Promise<T> {
  const watch = watchOf(path)
  const store =
    (mode === 'read' ? reused(path, watch) : undefined) ?? (await open(path, mode, watch, knobs))
  const { plain, serving } = store
  let isWhole = false
  try {
    const result = await work(serving?.database ?? plain, plain)
    await watch.quietly(() => watch.settle(plain))
    isWhole = true
    return result
  } finally {
    await watch.quietly(async () => serving?.leave())
    watch.left()
    // After a fault nothing is kept of what may be in the middle of something.
    keepForReading(path, store, mode === 'read' && isWhole ? (serving?.keepOpenMs ?? 0) : 0)
  }
}

function reused(path: string, watch: StoreWatch): OpenStore | undefined {
  const store = takeForReading(path) as OpenStore | undefined
  if (store !== undefined) watch.reused()
  return store
}

async function open(
  path: string,
  mode: 'read' | 'write',
  watch: StoreWatch,
  knobs: KnobSettings,
): Promise<OpenStore> {
  let isServing = false
  const startedAt = cpuNow()
  // Where what stands serves, it tells what is asked.
  const plain = await openIn(mode, path, (run) => {
    if (!isServing) watch.onStatement(run)
  })
  if (mode === 'read') watch.opened(cpuNow() - startedAt)
  try {
    const serving = await watch.quietly(() => openServing(plain, { path, mode, watch, knobs }))
    isServing = serving !== undefined
    return { plain, serving, close: () => plain.close() }
  } catch (error) {
    plain.close()
    throw error
  }
}

const upToDate = new Set<string>()

/** Gives a store the tables and columns declared since it was made; looks once a process and file. */
async function bringUpToDate(path: string): Promise<void> {
  if (upToDate.has(path)) return
  await gateOf(path).enter('write', async () => {
    if (upToDate.has(path)) return
    const reader = await openAlone(path, 'read')
    const lacks = await lacksStoreTables(reader).finally(() => reader.close())
    if (lacks) {
      const writer = await openAlone(path, 'write')
      await createStoreTables(writer).finally(() => writer.close())
    }
    upToDate.add(path)
  })
}

const gates = new Map<string, Gate>()

function gateOf(path: string): Gate {
  const gate = gates.get(path) ?? createGate(() => performance.now())
  gates.set(path, gate)
  return gate
}

const LIMITS = { threads: THREADS, memoryLimit: `${MEMORY_BYTES / 1e9}GB` }

/** The database for one who has it alone: a writer, or a reader whom nobody stands beside. */
function openAlone(
  path: string,
  mode: 'read' | 'write',
  onStatement?: OnStatement,
): Promise<Database> {
  const options = { ...LIMITS, mode, ...(onStatement === undefined ? {} : { onStatement }) }
  return patiently(path, mode, () => openDatabase(path, options))
}

/** The database for one of many who read: all of this process share its handle. */
function openAmongReaders(path: string, onStatement?: OnStatement): Promise<Database> {
  const open = () => patiently(path, 'read', () => openShared(path, { ...LIMITS, mode: 'read' }))
  return connectReader(path, open, onStatement)
}

function openIn(
  mode: 'read' | 'write',
  path: string,
  onStatement?: OnStatement,
): Promise<Database> {
  return mode === 'write' ? openAlone(path, mode, onStatement) : openAmongReaders(path, onStatement)
}

/** Tries again while another process holds the database. */
async function patiently<T>(
  path: string,
  mode: 'read' | 'write',
  open: () => Promise<T>,
): Promise<T> {
  try {
    return await openWaiting(path, mode, open)
  } finally {
    if (mode === 'write') unwant(path)
  }
}

async function openWaiting<T>(
  path: string,
  mode: 'read' | 'write',
  open: () => Promise<T>,
): Promise<T> {
  for (let waited = 0, step = 20; ; waited += step, step = Math.min(500, step * 2)) {
    try {
      return await open()
    } catch (error) {
      const busy = error instanceof StorewrightError && error.code === 'ERR_STORE_BUSY'
      if (!busy || waited >= BUSY_WAIT_MS) throw error
      if (mode === 'write') want(path)
      await pause(step)
    }
  }
}

/** The settings of a store; throws ERR_STORE_NOT_FOUND, ERR_SETTINGS, ERR_KNOB. */
export function storeSettings(folder: string): Settings {
  return readSettings(requireStore(folder).settings)
}
