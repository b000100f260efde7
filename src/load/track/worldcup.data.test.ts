import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import type { TrackMessage } from './follow.ts'
import { trackFiles } from './track-files.ts'

const shared =
  process.env['STOREWRIGHT_DATA'] ?? new URL('../../../../shared/data', import.meta.url).pathname
const data = join(shared, 'load', 'worldcup98')
const folder = mkdtempSync(join(tmpdir(), 'storewright-track-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The rows from one time to another, as a file. */
function part(name: string, from: string, to: string): string {
  const rows = gunzipSync(readFileSync(join(data, 'requests.csv.gz')))
    .toString('utf8')
    .split('\n')
  const path = join(folder, name)
  writeFileSync(
    path,
    [rows[0], ...rows.slice(1).filter((row) => row >= from && row < to)].join('\n'),
  )
  return path
}

describe.runIf(existsSync(data))('30 June 1998, forecast the day before', () => {
  it('is tracked: matches come when expected, the peak is projected before it is there', async () => {
    const history = part('history.csv', '1998-06-08', '1998-06-30')
    const source = part('today.csv', '1998-06-30', '1998-07-01')
    const messages: TrackMessage[] = []
    const record = join(folder, 'run.jsonl')
    const shared = {
      ...{ history, events: join(data, 'events.csv'), from: '1998-06-30', to: '1998-06-30' },
      ...{ series: {}, allowedHosts: [], everySeconds: 1, metric: '', statusMinutes: 30 },
      ...{ paths: 200, seed: 1, now: () => 0 },
    }
    const first = await trackFiles({
      ...shared,
      source,
      record,
      onMessage: (one) => messages.push(one),
    })
    expect(first.steps).toBe(1440)
    const truth = readFileSync(source, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((row) => Number(row.split(',')[1]))
    const peak = truth.reduce((a, b) => Math.max(a, b), 0)
    expect(first.projection?.peak.middle).toBe(peak)
    // An hour before the first whistle the peak is known to about a half.
    const before = messages.find(
      (one) => one.kind === 'status' && one.step.atMs >= Date.UTC(1998, 5, 30, 13, 29),
    )
    if (before?.kind !== 'status') throw new Error('no status before the match')
    expect(before.projection.peak.middle / peak).toBeGreaterThan(0.5)
    expect(before.projection.peak.middle / peak).toBeLessThan(1.6)
    const again = await trackFiles({ ...shared, replay: record, onMessage: () => {} })
    expect(again.notices).toEqual(first.notices)
  })
})
