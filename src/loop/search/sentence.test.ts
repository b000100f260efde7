import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeDemoStore } from '../demo.ts'
import { searchStore } from '../run.ts'
import { withDatabase } from '../store/store.ts'
import { openSearchService } from './service.ts'

const NOW = Date.UTC(2026, 3, 1, 12)
const root = mkdtempSync(join(tmpdir(), 'storewright-sentence-'))
const store = join(root, 'demo')
const settings = join(store, 'storewright.toml')
afterAll(() => rmSync(root, { recursive: true, force: true }))

let made = 0
const open = () =>
  openSearchService(store, { clock: () => NOW, ticks: () => 0, makeId: () => `s-${made++}` })

/** ONNX: row of the token of [[1, 0], [0, 1000], [0, 1000], [0, −1000]]; made by search's tinyModel. */
const TABLE =
  'CAg61QEKIAoFdGFibGUKCWlucHV0X2lkcxIEbGFzdCIGR2F0aGVyEgR0aW55Ki8IBAgCEAFCBXRhYmxlSiAA' +
  'AIA/AAAAAAAAAAAAAHpEAAAAAAAAekQAAAAAAAB6xFomCglpbnB1dF9pZHMSGQoXCAcSEwoHEgViYXRjaAoI' +
  'EgZ0b2tlbnNaKwoOYXR0ZW50aW9uX21hc2sSGQoXCAcSEwoHEgViYXRjaAoIEgZ0b2tlbnNiJQoEbGFzdBId' +
  'ChsIARIXCgcSBWJhdGNoCggSBnRva2VucwoCCAJCAhAR'

/** A model to which "cinemasnack", which no product says, is "popcorn", and "zzz" its opposite. */
function writeModel(folder: string): void {
  const words = ['[UNK]', 'popcorn', 'cinemasnack', 'zzz']
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'model.onnx'), Buffer.from(TABLE, 'base64'))
  const tokenizer = {
    normalizer: { type: 'BertNormalizer', lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    model: { type: 'WordPiece', vocab: Object.fromEntries(words.map((word, i) => [word, i])) },
  }
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer))
}

const name = (folder: string) => {
  const text = readFileSync(settings, 'utf8')
  writeFileSync(settings, text.replace(/^(# )?sentence_model.*$/m, `sentence_model = "${folder}"`))
}

beforeAll(async () => {
  await makeDemoStore(store, { products: 200, days: 40, ordersPerDay: 10, vendors: 3, seed: 5 })
  await withDatabase(store, 'write', async (db) => {
    for (const table of ['clicks', 'searches']) await db.run(`DELETE FROM ${table}`)
  })
  writeModel(join(store, 'sentence'))
})

it('says which setting is wrong where the folder holds no model', async () => {
  name('nowhere')
  const fault = {
    code: 'ERR_SETTINGS',
    message: expect.stringContaining(join(store, 'nowhere', 'model.onnx')),
    place: { file: settings, column: 'search.sentence_model' },
  }
  await expect(open()).rejects.toMatchObject(fault)
  await expect(searchStore(store, { now: NOW })).rejects.toMatchObject(fault)
})

it('finds by the model what no product says, before anybody has searched', async () => {
  name('sentence')
  expect(await searchStore(store, { now: NOW })).toMatchObject({ version: 1, skipped: false })
  expect((await searchStore(store, { now: NOW })).skipped).toBe(true)
  const service = await open()
  const found = async (text: string) => {
    await service.prepare([text])
    const { answer } = service.search({ text, from: 0, size: 5, log: false })
    return answer.items.map(({ doc, arms }) => ({
      title: String(service.engine.parts.index.valueOf(doc, 'title')),
      arms: arms.map(({ arm }) => answer.shares[arm]!.arm),
    }))
  }
  const snacks = await found('cinemasnack')
  expect(snacks.length).toBeGreaterThan(0)
  for (const { title, arms } of snacks) {
    expect(title.toLowerCase()).toContain('popcorn')
    expect(arms).toEqual(['vectors'])
  }
  expect(await found('zzz')).toEqual([])
  await service.close()
})

it('rests while another model is named than the one that made the vectors', async () => {
  const path = join(store, 'sentence', 'tokenizer.json')
  writeFileSync(path, readFileSync(path, 'utf8').replace('"zzz"', '"yyy"'))
  const service = await open()
  expect(service.engine.parts.arms.map(({ arm }) => arm.name)).not.toContain('vectors')
  await service.close()
  expect((await searchStore(store, { now: NOW })).skipped).toBe(false)
})
