import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { StorewrightError } from '../../core/errors.ts'
import { writeFileWhole } from '../../core/files.ts'
import { type Workload, watch } from '../../warehouse/index.ts'
import { mergedWorkloads } from './merged-workloads.ts'

/** Who asks: the console that is served, the nightly run, or another command. */
export type Asker = 'console' | 'nightly' | 'command'

const SEED = 1

/** Where what is asked of a store's database is kept, one file for each who asks. */
const folderOf = (databasePath: string) => join(dirname(databasePath), 'warehouse')
const fileOf = (databasePath: string, asker: Asker) =>
  join(folderOf(databasePath), `asked-${asker}.json`)

/** The record of one asker, gone on from what was kept. Throws ERR_STORE_DAMAGED. */
export function openRecord(databasePath: string, asker: Asker): watch.Recorder {
  return recorderFrom(fileOf(databasePath, asker))
}

/** Keeps the record of one asker; nothing where the store is gone. Throws what the disk says. */
export function keepRecord(databasePath: string, asker: Asker, recorder: watch.Recorder): void {
  if (!existsSync(dirname(databasePath))) return
  mkdirSync(folderOf(databasePath), { recursive: true })
  writeFileWhole(fileOf(databasePath, asker), JSON.stringify(recorder.save()))
}

/**
 * What was asked of a store's database, by whoever asked it; undefined where nothing was kept.
 * Throws ERR_STORE_DAMAGED.
 */
export function readWorkload(databasePath: string): Workload | undefined {
  const folder = folderOf(databasePath)
  if (!existsSync(folder)) return undefined
  const parts = readdirSync(folder)
    .filter((name) => /^asked-\w+\.json$/.test(name))
    .sort()
    .map((name) => recorderFrom(join(folder, name)).workload())
    .filter(({ templates }) => templates.length > 0)
  return parts.length === 0 ? undefined : parts.reduce(mergedWorkloads)
}

function recorderFrom(file: string): watch.Recorder {
  if (!existsSync(file)) return watch.createRecorder({ seed: SEED })
  try {
    const saved = JSON.parse(readFileSync(file, 'utf8'))
    return watch.createRecorder({ seed: SEED, saved })
  } catch (cause) {
    throw new StorewrightError('ERR_STORE_DAMAGED', `${file} cannot be read`, {
      file,
      next: 'Delete it: what is asked is watched anew.',
      cause,
    })
  }
}
