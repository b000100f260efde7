import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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

/** Which values in statements are kept as hashes; undefined: none. */
export type Hide = watch.Privacy['hide'] | undefined

/**
 * The record of one asker, gone on from what was kept; what was kept with values that are to be hidden now
 * is forgotten. Throws ERR_STORE_DAMAGED.
 */
export function openRecord(databasePath: string, asker: Asker, hide: Hide): watch.Recorder {
  const file = fileOf(databasePath, asker)
  if (hide === undefined) return recorderFrom(file)
  return recorderFrom(file, { hide, key: keyOf(databasePath) })
}

/** Keeps the record of one asker; nothing where the store is gone. Throws what the disk says. */
export function keepRecord(
  databasePath: string,
  asker: Asker,
  recorder: watch.Recorder,
  hide: Hide,
): void {
  if (!existsSync(dirname(databasePath))) return
  mkdirSync(folderOf(databasePath), { recursive: true })
  const kept = { ...recorder.save(), ...(hide === undefined ? {} : { hidden: hide }) }
  writeFileWhole(fileOf(databasePath, asker), JSON.stringify(kept))
}

/** Removes records of whoever asked that hold values which are to be hidden now. */
export function forgetShown(databasePath: string, hide: Exclude<Hide, undefined>): void {
  for (const file of recordsOf(databasePath)) {
    const { hidden } = JSON.parse(readFileSync(file, 'utf8')) as { hidden?: Hide }
    if (hidden !== hide && hidden !== 'all') rmSync(file)
  }
}

/** The store's secret, without which nobody can try out values against the hashes; made once. */
function keyOf(databasePath: string): string {
  const file = join(folderOf(databasePath), 'private-key')
  if (!existsSync(file)) {
    mkdirSync(folderOf(databasePath), { recursive: true })
    // Of two processes that make one, both use the first.
    try {
      writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' })
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
    }
  }
  return readFileSync(file, 'utf8')
}

/**
 * What was asked of a store's database, by whoever asked it; undefined where nothing was kept.
 * Throws ERR_STORE_DAMAGED.
 */
export function readWorkload(databasePath: string): Workload | undefined {
  const parts = recordsOf(databasePath)
    .map((file) => recorderFrom(file).workload())
    .filter(({ templates }) => templates.length > 0)
  return parts.length === 0 ? undefined : parts.reduce(mergedWorkloads)
}

/** Files of records, in the order of their names. */
function recordsOf(databasePath: string): readonly string[] {
  const folder = folderOf(databasePath)
  if (!existsSync(folder)) return []
  const names = readdirSync(folder).filter((name) => /^asked-\w+\.json$/.test(name))
  return names.sort().map((name) => join(folder, name))
}

function recorderFrom(file: string, privacy?: watch.Privacy): watch.Recorder {
  const hiding = privacy === undefined ? {} : { privacy }
  if (!existsSync(file)) return watch.createRecorder({ seed: SEED, ...hiding })
  try {
    const saved = JSON.parse(readFileSync(file, 'utf8'))
    return watch.createRecorder({ seed: SEED, saved, ...hiding })
  } catch (cause) {
    throw new StorewrightError('ERR_STORE_DAMAGED', `${file} cannot be read`, {
      file,
      next: 'Delete it: what is asked is watched anew.',
      cause,
    })
  }
}
