import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { findAnomalyFiles } from './anomaly-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-anomalies-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = (name: string) => join(folder, name)

/** Three weeks of quarters of an hour of two services; cart has a burst on the 20th. */
function history(): string {
  const random = createRandom(1)
  const lines = ['service,ds,y']
  for (const service of ['cart', 'search']) {
    for (let t = 0; t < 21 * 96; t++) {
      const ds = new Date(Date.UTC(2026, 0, 5) + t * 900_000).toISOString().slice(0, 16)
      const isBurst = service === 'cart' && t >= 15 * 96 + 40 && t < 15 * 96 + 44
      const load = isBurst ? 900 : 200 + 10 * random.normal()
      lines.push(`${service},${ds.replace('T', ' ')},${load.toFixed(1)}`)
    }
  }
  return `${lines.join('\n')}\n`
}

describe('findAnomalyFiles', () => {
  it('writes what does not belong in each group, in the style of the history', async () => {
    writeFileSync(file('h.csv'), history())
    const request = { history: file('h.csv'), out: file('a.csv'), sensitivity: 0.02 }
    const { series, anomalies } = await findAnomalyFiles(request)
    expect([series, anomalies.length]).toEqual([2, 1])
    const [header, row] = readFileSync(file('a.csv'), 'utf8').split('\n')
    expect(header).toBe('service,starts_at,ends_at,kind,score,load,reason')
    expect(row).toMatch(/^cart,2026-01-20 10:00,2026-01-20 11:00,spike,[\d.]+,9[\d.]+,load rose to/)
  })

  it('leaves out what is known of a group', async () => {
    writeFileSync(file('h.csv'), history())
    writeFileSync(
      file('e.csv'),
      'event_id,kind,starts_at,ends_at,service\ns1,sale,2026-01-20 10:00,2026-01-20 11:00,cart\n',
    )
    const request = { history: file('h.csv'), events: file('e.csv'), out: file('b.csv') }
    const { anomalies } = await findAnomalyFiles({ ...request, sensitivity: 0.02, step: '30m' })
    expect(anomalies).toEqual([])
  })
})
