import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exportTable } from '../feed/index.ts'
import { withDatabase } from '../loop/index.ts'

const main = join(dirname(fileURLToPath(import.meta.url)), 'main.ts')
const folder = mkdtempSync(join(tmpdir(), 'storewright-cli-'))
const store = join(folder, 'shop')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const storewright = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

const HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country'

/** A year of a small shop, two products, closed on Saturdays. */
function invoices(): string {
  const lines = [HEADER]
  for (let d = 0; d < 200; d++) {
    const day = new Date(Date.UTC(2025, 0, 1 + d))
    if (day.getUTCDay() === 6) continue
    const at = `${day.toISOString().slice(0, 10)} 10:00:00`
    lines.push(`${5000 + d},10001,RED MUG,${2 + (d % 4)},${at},2.50,1,United Kingdom`)
    lines.push(`${5000 + d},10002,BLUE MUG,${1 + (d % 3)},${at},4.00,1,United Kingdom`)
  }
  return `${lines.join('\n')}\n`
}

beforeAll(() => {
  writeFileSync(join(folder, 'sales.csv'), invoices())
  expect(storewright('init', store).status).toBe(0)
})

describe('storewright', () => {
  it('says what it can do, with examples, and suggests the command that was meant', () => {
    const help = storewright('--help')
    expect(help.status).toBe(0)
    expect(help.stdout).toContain('Examples:')
    const typo = storewright('forcast')
    expect(typo.status).not.toBe(0)
    expect(typo.stderr).toContain('forecast')
  })

  it('takes invoices to a report, then keeps what stands', () => {
    const feed = join(folder, 'sales.csv')
    const added = storewright('import', feed, '--adapter', 'invoices', '--store', store)
    expect(added.status, added.stderr).toBe(0)
    expect(added.stdout).toContain('products: 2 added')
    const again = storewright('import', feed, '--adapter', 'invoices', '--store', store)
    expect(again.stdout).toContain('nothing changed')
    const run = storewright('run', '--store', store)
    expect(run.status, run.stderr).toBe(0)
    expect(run.stdout).toContain('What would have happened?')
    expect(storewright('run', '--store', store).stderr).toContain('outcome 1 kept')
  })

  it('prints JSON alone on stdout', () => {
    for (const args of [['plan'], ['plan', 'history'], ['report'], ['forecast'], ['knobs']]) {
      const reply = storewright(...args, '--store', store, '--json')
      expect(reply.status, reply.stderr).toBe(0)
      expect(() => JSON.parse(reply.stdout)).not.toThrow()
    }
  })

  it('approves, overrides and undoes by product, and keeps the history', () => {
    expect(storewright('plan', 'override', '10001', '7', '--store', store).status).toBe(1)
    const args = ['plan', 'override', '10001', '7', '--reason', 'a school asked', '--store', store]
    expect(storewright(...args).stdout).toContain('overridden, 7 units')
    expect(storewright('plan', 'undo', '10001', '--store', store).stdout).toContain('proposed')
    const shown = storewright('plan', 'show', '10001', '--store', store).stdout
    expect(shown).toContain('RED MUG')
    expect(shown).toContain('Other choices:')
    expect(shown).not.toMatch(/NaN|undefined/)
    const history = storewright('plan', 'history', '--store', store).stdout
    expect(history).toContain('a school asked')
    const unknown = storewright('plan', 'approve', 'no-such', '--store', store)
    expect(unknown.status).toBe(2)
    expect(unknown.stderr).toContain('ERR_PLAN_NOT_FOUND')
  })

  it('exports what was imported, and refuses unknown tables', () => {
    const sales = storewright('export', 'sales', '--store', store).stdout
    expect(sales.split('\n')[0]).toContain('product_id')
    const out = join(folder, 'sales.parquet')
    const flags = ['--store', store, '--format', 'parquet', '--out', out]
    expect(storewright('export', 'sales', ...flags).status).toBe(0)
    expect(readFileSync(out).subarray(0, 4).toString()).toBe('PAR1')
    expect(storewright('export', 'slaes', '--store', store).status).toBe(2)
  })
})

describe('a broken feed', () => {
  const good = 'ds,product_id,units\n2026-01-01,10001,3\n2026-01-02,10001,4\n'
  const native = (files: Record<string, string | Buffer>) => {
    const feed = mkdtempSync(join(folder, 'feed-'))
    mkdirSync(feed, { recursive: true })
    for (const [name, content] of Object.entries(files)) writeFileSync(join(feed, name), content)
    return feed
  }
  const stateOf = () =>
    withDatabase(store, 'read', async (db) => {
      const hash = createHash('sha256')
      for (const table of ['products', 'sales', 'orders', 'order_lines', 'prices']) {
        await exportTable(db, table, { format: 'csv', write: (bytes) => void hash.update(bytes) })
      }
      return hash.digest('hex')
    })

  it.each<[string, () => string, string]>([
    [
      'truncated gzip',
      () => native({ 'sales.csv.gz': gzipSync(good.repeat(500)).subarray(0, 60) }),
      'ERR_FEED_UNREADABLE',
    ],
    [
      'a wrong header',
      () => native({ 'sales.csv': good.replace('units', 'unit') }),
      'ERR_FEED_BAD_HEADER',
    ],
    [
      'a text in a number',
      () => native({ 'sales.csv': good.replace(',4', ',four') }),
      'ERR_FEED_BAD_VALUE',
    ],
    [
      'a negative price',
      () => native({ 'products.csv': 'product_id,title,price_cents\nZ1,Zebra,-5\n' }),
      'ERR_FEED_BAD_VALUE',
    ],
    [
      'an unknown product',
      () => native({ 'sales.csv': good.replaceAll('10001', 'NOPE') }),
      'ERR_FEED',
    ],
    [
      'a duplicate key',
      () => native({ 'sales.csv': `${good}2026-01-02,10001,5\n` }),
      'ERR_FEED_DUPLICATE_KEY',
    ],
    [
      'Latin-1',
      () => native({ 'products.csv': Buffer.from('product_id,title\nZ1,caf\xe9\n', 'latin1') }),
      'ERR_FEED_ENCODING',
    ],
    ['an empty file', () => native({ 'sales.csv': '' }), 'ERR_FEED_EMPTY'],
    ['no folder', () => join(folder, 'nowhere'), 'ERR_FEED_NO_FILE'],
  ])('%s is named, exits non-zero and changes nothing', async (_, make, code) => {
    const before = await stateOf()
    const reply = storewright('import', make(), '--store', store)
    expect(reply.status).toBe(2)
    expect(reply.stderr).toContain(code)
    expect(await stateOf()).toBe(before)
    expect(readdirSync(store).filter((name) => name.endsWith('.part'))).toEqual([])
  })
})
