import { existsSync, mkdirSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { StorewrightError } from '../../core/errors.ts'
import { writeFileWhole } from '../../core/files.ts'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import { cpuNow, type OnStatement } from '../../core/sql/observe.ts'
import { createStoreTables, lacksStoreTables } from '../../feed/index.ts'
import { openServing, type Serving } from '../warehouse/serving.ts'
import { type StoreWatch, watchOf } from '../warehouse/watching.ts'
import { keepForReading, letGo, takeForReading, unwant, want } from './kept-open.ts'
import { requireStore, type StorePaths, storePaths } from './paths.ts'
import { checkSettings, initialSettings, readSettings, type Settings } from './settings.ts'

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
const MEMORY_LIMIT = '1GB'

/**
 * Opens the store's database for the time of `work` alone, so that a server and a command can
 * share a store: DuckDB lets one process write or several read. Waits for the other to finish;
 * throws ERR_STORE_BUSY after ten seconds. `plain` is the same database without what stands in it (views,
 * plans): for those who judge it. A store made by an older version is first given the
 * tables and columns that it does not have.
 */
export async function withDatabase<T>(
  folder: string,
  mode: 'read' | 'write',
  work: (database: Database, plain: Database) => Promise<T>,
): Promise<T> {
  const { database: path } = requireStore(folder)
  return inTurn(path, async () => {
    if (mode === 'write') letGo(path)
    await bringUpToDate(path)
    const isWatched = storeSettings(folder).warehouse.mode !== 'off'
    return isWatched ? watched(path, mode, work) : unwatched(path, mode, work)
  })
}

async function unwatched<T>(
  path: string,
  mode: 'read' | 'write',
  work: (database: Database, plain: Database) => Promise<T>,
): Promise<T> {
  letGo(path)
  const database = await openPatiently(path, mode)
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
  work: (database: Database, plain: Database) => Promise<T>,
): Promise<T> {
  const watch = watchOf(path)
  const store =
    (mode === 'read' ? reused(path, watch) : undefined) ?? (await open(path, mode, watch))
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

async function open(path: string, mode: 'read' | 'write', watch: StoreWatch): Promise<OpenStore> {
  letGo(path)
  let isServing = false
  const startedAt = cpuNow()
  // Where what stands serves, it tells what is asked.
  const plain = await openPatiently(path, mode, (run) => {
    if (!isServing) watch.onStatement(run)
  })
  if (mode === 'read') watch.opened(cpuNow() - startedAt)
  try {
    const serving = await watch.quietly(() => openServing(plain, { path, mode, watch }))
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
  const reader = await openPatiently(path, 'read')
  const lacks = await lacksStoreTables(reader).finally(() => reader.close())
  if (lacks) {
    const writer = await openPatiently(path, 'write')
    await createStoreTables(writer).finally(() => writer.close())
  }
  upToDate.add(path)
}

const turns = new Map<string, Promise<unknown>>()

/**
 * Runs works on one file one after the other within this process. Two handles of one process would
 * share a file lock, and closing the first would drop it while the second still reads.
 */
function inTurn<T>(path: string, work: () => Promise<T>): Promise<T> {
  const before = turns.get(path) ?? Promise.resolve()
  const mine = before.then(work, work)
  const settled = mine.catch(() => undefined)
  turns.set(path, settled)
  void settled.then(() => {
    if (turns.get(path) === settled) turns.delete(path)
  })
  return mine
}

function openPatiently(
  path: string,
  mode: 'read' | 'write',
  onStatement?: OnStatement,
): Promise<Database> {
  return openWaiting(path, mode, onStatement).finally(() => {
    if (mode === 'write') unwant(path)
  })
}

async function openWaiting(
  path: string,
  mode: 'read' | 'write',
  onStatement?: OnStatement,
): Promise<Database> {
  const hook = onStatement === undefined ? {} : { onStatement }
  for (let waited = 0, step = 20; ; waited += step, step = Math.min(500, step * 2)) {
    try {
      return await openDatabase(path, {
        ...{ mode, threads: 2, memoryLimit: MEMORY_LIMIT },
        ...hook,
      })
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
