import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { StorewrightError } from '../core/errors.ts'
import { pathBeside, writeFileWhole } from '../core/files.ts'
import { type OnProgress, silent } from '../core/progress.ts'
import { writeTables } from '../feed/index.ts'
import { type DemoParams, generateDemoStore } from '../world/index.ts'
import { requireStore, storePaths } from './store/paths.ts'
import { initStore, withDatabase } from './store/store.ts'

export interface DemoOptions extends DemoParams {
  readonly onProgress?: OnProgress
  readonly signal?: AbortSignal
}

/** The demo's orders are a sample of a large network's: its trucks carry so much more. */
const DEMO_VOLUME_FACTOR = 2000

/**
 * Makes a store in `folder` and fills it with a generated shop, through the checks that every feed
 * passes. The folder appears whole or not at all. Returns false where it is there already.
 */
export async function makeDemoStore(folder: string, options: DemoOptions = {}): Promise<boolean> {
  if (existsSync(folder)) return false
  const { onProgress = silent, signal, ...params } = options
  mkdirSync(dirname(resolve(folder)), { recursive: true })
  const part = pathBeside(resolve(folder))
  try {
    await initStore(part, {
      name: 'Demo store',
      currency: 'USD',
      timeZone: 'America/New_York',
      knobs: { 'network.volume-factor': DEMO_VOLUME_FACTOR },
    })
    const stop = signal === undefined ? {} : { signal }
    const { tables } = generateDemoStore(params, { onProgress, ...stop })
    await withDatabase(part, 'write', (db) => writeTables(db, tables, { onProgress, ...stop }))
    writeFileWhole(storePaths(part).demo, `${JSON.stringify(params)}\n`)
    renameSync(part, resolve(folder))
    return true
  } catch (error) {
    rmSync(part, { recursive: true, force: true })
    throw error
  }
}

/** What a demo store was made of; throws ERR_STORE_EMPTY for a store that is no demo. */
export function readDemoParams(folder: string): DemoParams {
  const { demo } = requireStore(folder)
  if (!existsSync(demo)) {
    throw new StorewrightError('ERR_STORE_EMPTY', `${folder} is no demo store`, {
      file: folder,
      next: 'Virtual customers know the wishes of a demo store alone; make one: storewright start --no-serve',
    })
  }
  return JSON.parse(readFileSync(demo, 'utf8')) as DemoParams
}
