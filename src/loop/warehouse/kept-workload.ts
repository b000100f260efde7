import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { StorewrightError } from '../../core/errors.ts'
import type { Workload } from '../../warehouse/index.ts'
import { requireStore } from '../store/paths.ts'

/** Where a store keeps what was asked of its database. */
export function workloadFile(folder: string): string {
  return join(requireStore(folder).folder, 'warehouse', 'workload.json')
}

/** What was asked of a store's database; undefined where nothing was kept. Throws ERR_STORE_DAMAGED. */
export function readKeptWorkload(folder: string): Workload | undefined {
  const file = workloadFile(folder)
  if (!existsSync(file)) return undefined
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new StorewrightError('ERR_STORE_DAMAGED', `${file} cannot be read`, {
      file,
      next: 'Delete it: what is asked is watched anew.',
      cause,
    })
  }
}
