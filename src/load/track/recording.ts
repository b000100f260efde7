import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import * as z from 'zod'
import { StorewrightError } from '../../core/errors.ts'
import type { LoadSample } from './samples.ts'

const line = z.object({
  /** When it was received, epoch ms. */
  at: z.number(),
  samples: z.array(z.tuple([z.number(), z.number(), z.number(), z.boolean()])),
})

/** Writes what comes in as JSON lines, each flushed as it comes: a crash loses nothing that was seen. */
export interface Recording {
  add(atMs: number, samples: readonly LoadSample[]): void
}

/** Begins a recording; replaces a file of the same name. */
export function startRecording(path: string): Recording {
  writeFileSync(path, '')
  return {
    add(at, samples) {
      const rows = samples.map(({ fromMs, toMs, requests, whole }) => [
        fromMs,
        toMs,
        requests,
        whole,
      ])
      appendFileSync(path, `${JSON.stringify({ at, samples: rows })}\n`, { flush: true })
    },
  }
}

/** What a recording holds, in the order in which it came; a last line that is cut off is left out. */
export function readRecording(
  path: string,
): { readonly atMs: number; readonly samples: readonly LoadSample[] }[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new StorewrightError('ERR_FEED_NO_FILE', `${path} cannot be read`, {
      file: path,
      next: 'Name a file that --record wrote.',
      cause,
    })
  }
  const lines = text.split('\n')
  return lines.slice(0, -1).map((one, i) => {
    const parsed = line.safeParse(parse(one))
    if (!parsed.success) {
      throw new StorewrightError('ERR_FEED_UNREADABLE', 'this is no line of a recording', {
        file: path,
        line: i + 1,
        next: 'Name a file that --record wrote.',
      })
    }
    const samples = parsed.data.samples.map(([fromMs, toMs, requests, whole]) => ({
      fromMs,
      toMs,
      requests,
      whole,
    }))
    return { atMs: parsed.data.at, samples }
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
