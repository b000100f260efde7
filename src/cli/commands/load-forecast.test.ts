import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'

const main = join(dirname(fileURLToPath(import.meta.url)), '..', 'main.ts')
const folder = mkdtempSync(join(tmpdir(), 'storewright-load-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const file = (name: string) => join(folder, name)
const run = (verb: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'load', verb, ...args], {
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}
const forecast = (...args: string[]) => run('forecast', ...args)

/** Three weeks of hours of two services. */
function history(): string {
  const lines = ['service,ds,y']
  for (const service of ['cart', 'search']) {
    for (let t = 0; t < 21 * 24; t++) {
      const ds = new Date(Date.UTC(2026, 0, 5) + t * 3_600_000).toISOString().slice(0, 19)
      lines.push(`${service},${ds.replace('T', ' ')},${100 + 10 * (t % 24) + ((t * 37) % 11)}`)
    }
  }
  return `${lines.join('\n')}\n`
}

describe('storewright load forecast', () => {
  it('writes each series in the style of its history', () => {
    writeFileSync(file('h.csv.gz'), gzipSync(history()))
    const made = forecast(
      ...['--history', file('h.csv.gz'), '--from', '2026-01-26', '--to', '2026-01-26 23:00:00'],
      ...['--step', '1h', '--levels', '0.5,0.9', '--group', 'service', '--out', file('o.csv')],
      '--json',
    )
    expect(made.status, made.stderr).toBe(0)
    const rows = readFileSync(file('o.csv'), 'utf8').trimEnd().split('\n')
    expect(rows[0]).toBe('service,ds,mean,q0.5,q0.9')
    expect(rows).toHaveLength(49)
    expect(rows[1]).toMatch(/^cart,2026-01-26 00:00:00,\d/)
    expect(rows[48]).toMatch(/^search,2026-01-26 23:00:00,\d/)
    expect(JSON.parse(made.stdout).series).toHaveLength(2)
  })

  it('names the place of a fault, ends with 2 and leaves no file', () => {
    writeFileSync(file('bad.csv'), 'ds,y\n2026-01-01,1\n2026-01-02,x\n')
    const made = forecast(
      ...['--history', file('bad.csv'), '--from', '2026-01-03', '--to', '2026-01-04'],
      ...['--step', '1d', '--out', file('none.csv')],
    )
    expect(made.status).toBe(2)
    expect(made.stderr).toContain('bad.csv, line 3, y')
    expect(existsSync(file('none.csv'))).toBe(false)
  })
})

describe('storewright load anomalies', () => {
  it('tells what it found, and refuses rates that are none', () => {
    writeFileSync(
      file('a.csv'),
      history().replaceAll(/cart,2026-01-20 1[01]:00:00,.*/g, 'cart,2026-01-20 10:00:00,9000'),
    )
    const made = run('anomalies', '--history', file('a.csv'), '--out', file('found.csv'))
    expect(made.status, made.stderr).toBe(0)
    expect(made.stderr).toContain('cart: 2026-01-20 10:00 burst: load rose to 9,000')
    expect(readFileSync(file('found.csv'), 'utf8')).toContain('cart,2026-01-20 10:00:00,')
    const bad = run(
      'anomalies',
      '--history',
      file('a.csv'),
      '--out',
      file('x.csv'),
      '--sensitivity',
      '0',
    )
    expect(bad.status).not.toBe(0)
    expect(bad.stderr).toContain('0.001')
    expect(existsSync(file('x.csv'))).toBe(false)
  })
})
