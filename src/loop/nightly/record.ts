import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { writeFileWhole } from '../../core/files.ts'

const night = z.object({
  /** When it was to begin, epoch ms; known by this. */
  dueAt: z.number(),
  startedAt: z.number(),
  endedAt: z.number().optional(),
  /** 'running' of a server that is gone, and 'stopped', are begun again; 'failed' waits for the next night. */
  outcome: z.enum(['running', 'done', 'failed', 'stopped']),
  /** Why it failed. */
  message: z.string().optional(),
  attempts: z.number(),
  steps: z
    .array(z.object({ kind: z.string(), skipped: z.boolean(), cpuSeconds: z.number() }))
    .default([]),
})

const record = z.object({
  /** The time of day that was set, and since when, epoch ms: no night before that is missed. */
  at: z.string().nullable(),
  since: z.number(),
  last: night.optional(),
  /** End of the last that was done, epoch ms. */
  doneAt: z.number().optional(),
})

export type Night = z.infer<typeof night>
export type NightRecord = z.infer<typeof record>

const fileOf = (folder: string) => join(folder, 'nightly.json')

/** What is kept of the nights of a store; one that cannot be read begins anew. */
export function readNights(folder: string): NightRecord | undefined {
  const file = fileOf(folder)
  if (!existsSync(file)) return undefined
  try {
    return record.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return undefined
  }
}

export function writeNights(folder: string, kept: NightRecord): void {
  writeFileWhole(fileOf(folder), JSON.stringify(kept))
}
