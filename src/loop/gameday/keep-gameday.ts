import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeFileWhole } from '../../core/files.ts'
import { type GamedayResult, verdictOf } from '../../world/index.ts'
import { requireStore } from '../store/paths.ts'

/** A game day as it is kept in the store's folder. */
export interface KeptGameday {
  /** Epoch ms at which it ended. */
  readonly atMs: number
  readonly sentence: string
  readonly result: GamedayResult
}

const MOST_KEPT = 12

/** Keeps what a game day found beside the store; the oldest beyond twelve go. Returns the file. */
export function keepGameday(folder: string, result: GamedayResult, atMs: number): string {
  const place = gamedayFolder(folder)
  mkdirSync(place, { recursive: true })
  const file = join(place, `${new Date(atMs).toISOString().replaceAll(':', '-')}.json`)
  const kept: KeptGameday = { atMs, sentence: verdictOf(result), result }
  writeFileWhole(file, `${JSON.stringify(kept)}\n`)
  for (const old of reportsOf(place).slice(0, -MOST_KEPT)) rmSync(join(place, old))
  return file
}

/** The last game day that was kept; undefined where there is none. */
export function readLastGameday(folder: string): KeptGameday | undefined {
  const place = gamedayFolder(folder)
  const last = existsSync(place) ? reportsOf(place).at(-1) : undefined
  if (last === undefined) return undefined
  return JSON.parse(readFileSync(join(place, last), 'utf8')) as KeptGameday
}

function gamedayFolder(folder: string): string {
  return join(requireStore(folder).folder, 'gamedays')
}

function reportsOf(place: string): string[] {
  return readdirSync(place)
    .filter((name) => name.endsWith('.json'))
    .sort()
}
