import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createIndex, openIndex } from './door.ts'

const folder = mkdtempSync(join(tmpdir(), 'search-file-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function saved(): Promise<Buffer> {
  const index = createIndex([
    { name: 'title', role: 'title' },
    { name: 'kind', role: 'category' },
  ])
  index.add([
    { id: '1', values: { title: 'Red mug', kind: 'Kitchen' } },
    { id: '2', values: { title: 'Blue mug \ud800 😀', kind: 'Kitchen > Mugs' } },
  ])
  await index.save(join(folder, 'index'))
  return readFileSync(join(folder, 'index'))
}

describe('the file of an index', () => {
  it('stands whole, with nothing beside it', async () => {
    await saved()
    expect(readdirSync(folder)).toEqual(['index'])
    const opened = await openIndex(join(folder, 'index'))
    expect(opened.valueOf(opened.docOf('2'), 'title')).toBe('Blue mug \ud800 😀')
    expect(opened.filter([{ field: 'kind', oneOf: ['Kitchen'] }]).count).toBe(2)
  })

  it('is refused when it is missing, foreign, cut off or changed anywhere', async () => {
    const bytes = await saved()
    const refused = async (content: Uint8Array | undefined) => {
      const path = join(folder, content === undefined ? 'nothing' : 'bad')
      if (content !== undefined) writeFileSync(path, content)
      await expect(openIndex(path)).rejects.toMatchObject({
        code: 'ERR_STORE_DAMAGED',
        place: { file: path },
      })
    }
    await refused(undefined)
    await refused(new Uint8Array(0))
    await refused(Buffer.from('id,title\n1,Red mug\n'))
    for (let cut = 1; cut < bytes.length; cut += 97) await refused(bytes.subarray(0, cut))
    await refused(bytes.subarray(0, bytes.length - 1))
    for (let at = 0; at < bytes.length; at += 61) {
      const changed = Buffer.from(bytes)
      changed[at]! ^= 0x41
      // Padding between arrays is the one place where a change means nothing.
      writeFileSync(join(folder, 'bad'), changed)
      await openIndex(join(folder, 'bad')).then(
        () => expect(bytes[at]).toBe(0),
        (error: unknown) => expect(error).toMatchObject({ code: 'ERR_STORE_DAMAGED' }),
      )
    }
  })
})
