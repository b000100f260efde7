import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { silent } from '../../core/progress.ts'
import { forecastLoadFiles, type LoadFilesRequest } from './forecast-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-load-files-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const START = Date.UTC(2026, 0, 5)
const stamp = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')

/** A file of equal steps; returns its path. */
function write(name: string, count: number, stepMs: number, load: (t: number) => number): string {
  const rows = Array.from({ length: count }, (_, t) => `${stamp(START + t * stepMs)},${load(t)}`)
  const path = join(folder, name)
  writeFileSync(path, `ds,y\n${rows.join('\n')}\n`)
  return path
}

const HOUR = 3_600_000
const out = join(folder, 'o.csv')
const ask = (request: Partial<LoadFilesRequest> & Pick<LoadFilesRequest, 'history'>) =>
  forecastLoadFiles({
    ...{ from: '2026-02-02', to: '2026-02-03', step: '1h', levels: [0.5, 0.9], out },
    ...{ seed: 1, onProgress: silent, threads: 1 },
    ...request,
  })
const lines = () => readFileSync(out, 'utf8').trimEnd().split('\n')

describe('a forecast of files', () => {
  const daily = (t: number) => 100 + 40 * Math.sin((2 * Math.PI * t) / 24) + ((t * 37) % 7)
  const history = write('h.csv', 28 * 24, HOUR, daily)

  it('takes a date as the last step to mean all of its day', async () => {
    const { rows, series } = await ask({ history })
    expect(rows).toBe(48)
    expect(lines().at(-1)).toMatch(/^2026-02-03 23:00:00,/)
    expect(series[0]!.paths).toBeGreaterThanOrEqual(200)
    expect(series[0]!.peaks).toHaveLength(2)
  })

  it('goes on after a gap', async () => {
    await ask({ history, from: '2026-02-10', to: '2026-02-10 05:00:00' })
    expect(lines()).toHaveLength(7)
    expect(lines()[1]).toMatch(/^2026-02-10 00:00:00,/)
  })

  it('adds hours up to days', async () => {
    await ask({ history, step: '1d', to: '2026-02-08' })
    const mean = Number(lines()[1]!.split(',')[1])
    expect(mean).toBeGreaterThan(2200)
    expect(mean).toBeLessThan(2700)
  })

  it('has something to say after a day of history, and says that it is little', async () => {
    const short = write('day.csv', 1440, 60_000, (t) => 50 + (t % 60))
    const made = await ask({
      ...{ history: short, from: '2026-01-06', to: '2026-01-06 23:59:00', step: '1m' },
    })
    expect(made.rows).toBe(1440)
    expect(
      lines()
        .slice(1)
        .every((row) =>
          row
            .split(',')
            .slice(1)
            .every((v) => Number(v) >= 0),
        ),
    ).toBe(true)
  })

  it('names an event whose kind has no past, and forecasts all the same', async () => {
    const events = join(folder, 'e.csv')
    writeFileSync(
      events,
      'event_id,kind,starts_at,ends_at\nx,launch,2026-02-02 10:00:00,2026-02-02 12:00:00\n',
    )
    const made = await ask({ history, events })
    expect(made.rows).toBe(48)
    expect(made.series[0]!.notes.join(' ') + made.notes.join(' ')).toMatch(/launch/)
  })

  it('gives the same for the same seed, in one thread or two', async () => {
    const two = join(folder, 'two.csv')
    const rows = ['a', 'b'].flatMap((service) =>
      Array.from(
        { length: 28 * 24 },
        (_, t) => `${service},${stamp(START + t * HOUR)},${daily(t)}`,
      ),
    )
    writeFileSync(two, `service,ds,y\n${rows.join('\n')}\n`)
    await ask({ history: two, to: '2026-02-20' })
    const one = readFileSync(out, 'utf8')
    await ask({ history: two, to: '2026-02-20', threads: 2 })
    expect(readFileSync(out, 'utf8')).toBe(one)
  })

  it('writes a page that stands alone', async () => {
    const report = join(folder, 'r.html')
    await ask({ history, report })
    const page = readFileSync(report, 'utf8')
    expect(page).toMatch(/^<!doctype html>/)
    expect(page).toContain('What is coming')
    expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/)
  })

  it('refuses a range that ends before it starts, and a step that is none', async () => {
    await expect(ask({ history, to: '2026-02-01' })).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
    await expect(ask({ history, step: '2h' })).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
  })
})
