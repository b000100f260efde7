import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { StorewrightError } from '../../core/errors.ts'
import { writeFileWhole } from '../../core/files.ts'
import { type KeptNet, packNets, unpackNets } from '../../demand/index.ts'

const NAME = /^forecast-(\d+)\.nets$/

const pathOf = (models: string, version: number) => join(models, `forecast-${version}.nets`)

/** Nets trained for a version of the forecast; none where it had none, or where the file is damaged. */
export function readKeptNets(models: string, version: number | undefined): readonly KeptNet[] {
  if (version === undefined) return []
  const path = pathOf(models, version)
  if (!existsSync(path)) return []
  try {
    return unpackNets(readFileSync(path))
  } catch (error) {
    // A net that cannot be read costs a training from the start, and no more.
    if (error instanceof StorewrightError && error.code === 'ERR_STORE_DAMAGED') return []
    throw error
  }
}

/** Writes the nets of a version whole. */
export function writeKeptNets(models: string, version: number, kept: readonly KeptNet[]): void {
  if (kept.length > 0) writeFileWhole(pathOf(models, version), packNets(kept))
}

/** Deletes the nets of versions that are not kept any more. */
export function pruneKeptNets(models: string, versions: readonly number[]): void {
  if (!existsSync(models)) return
  for (const file of readdirSync(models)) {
    const version = Number(NAME.exec(file)?.[1])
    if (!Number.isNaN(version) && !versions.includes(version)) {
      rmSync(join(models, file), { force: true })
    }
  }
}
