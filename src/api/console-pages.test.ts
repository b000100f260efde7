import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createFixture } from '../../console/browser/fixture.ts'
import { createFixtureFulfilment } from '../../console/browser/fixture-fulfilment.ts'
import { listen } from './server.ts'

it('gives a browser the page of an address that is also one of the API, and answers once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'storewright-pages-'))
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<p>the console</p>')
  const warned: string[] = []
  const note = ({ name }: Error) => warned.push(name)
  process.on('warning', note)
  const view = { ...createFixture(), fulfilment: createFixtureFulfilment() }
  const server = await listen({ view, port: 0, consoleDir: folder })
  try {
    for (const path of ['/orders', '/orders/O-1', '/stock']) {
      const page = await fetch(server.url + path, { headers: { accept: 'text/html' } })
      expect([path, page.status, await page.text()]).toEqual([path, 200, '<p>the console</p>'])
    }
    // Warnings come a turn later.
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(warned).toEqual([])
  } finally {
    process.off('warning', note)
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
