import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { forecastStore, makeDemoStore, withDatabase } from '../../loop/index.ts'
import { addExplainCommands } from './explain.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-cli-explain-'))
const store = join(folder, 'demo')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What a command prints. */
async function printed(...args: string[]): Promise<string> {
  const program = new Command()
  program.command('forecast')
  addExplainCommands(program)
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  try {
    await program.parseAsync([...args, '--store', store], { from: 'user' })
    return write.mock.calls.map(([text]) => String(text)).join('')
  } finally {
    write.mockRestore()
  }
}

let product = ''
beforeAll(async () => {
  await makeDemoStore(store, { products: 30, days: 150, ordersPerDay: 12, vendors: 3, seed: 4 })
  await forecastStore(store, { now: Date.UTC(2026, 3, 1) })
  const rows = await withDatabase(store, 'read', (db) =>
    db.rows('SELECT product_id FROM sales GROUP BY 1 ORDER BY sum(units) DESC LIMIT 1'),
  )
  product = String(rows[0]!['product_id'])
})

describe('forecast explain', () => {
  it('tells the sentence and the parts, with bars', async () => {
    const text = await printed('forecast', 'explain', product)
    expect(text).toMatch(/About .* units in the next 28 days/)
    expect(text).toMatch(/Why [\d.,]+ units in 28 days:/)
    expect(text).toMatch(/usual level +[\d.,]+ +█+/)
    expect(text).toMatch(/forecast +[\d.,]+ +█+/)
    expect(text).not.toMatch(/NaN|undefined/)
  })

  it('prints parts that sum as JSON', async () => {
    const why = JSON.parse(await printed('forecast', 'explain', product, '--json'))
    const { parts, total } = why.contributions
    const sum = parts.reduce((s: number, part: { units: number }) => s + part.units, 0)
    expect(sum).toBeCloseTo(total, 9)
    expect(why.product.productId).toBe(product)
  })

  it('names the next step for a product that is not there', async () => {
    await expect(printed('forecast', 'explain', 'nope')).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
      next: expect.stringContaining('storewright export products'),
    })
  })
})

describe('forecast segments', () => {
  it('is a table of models, or says how to make one', async () => {
    await withDatabase(store, 'write', (db) => db.run('DELETE FROM forecast_segments'))
    expect(await printed('forecast', 'segments')).toContain(`storewright forecast --store ${store}`)
    await withDatabase(store, 'write', (db) =>
      db.run(`INSERT INTO forecast_segments BY NAME
        SELECT 1 AS version, 'high/smooth/old' AS segment, model, 20 AS products, 900 AS units,
          0.5 AS weight, loss AS scaled_pinball, loss / 0.5 AS floor_ratio, true AS used
        FROM (VALUES ('classical', 0.5), ('trees', 0.45), ('combined', 0.4)) v(model, loss)`),
    )
    const text = await printed('forecast', 'segments')
    expect(text).toMatch(/Sells much, steadily +20 +0\.50 +0\.45 +0\.40 +−20 % +mix +Boosted trees/)
    const { segments } = JSON.parse(await printed('forecast', 'segments', '--json'))
    expect(segments[0].ratio).toBeCloseTo(0.8, 12)
  })
})
