import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { describeArm, PRODUCTS } from '../../arms/testing/arm.contract.ts'
import { toUnit } from '../encoder.ts'
import { createVectorArm } from '../vector-arm.ts'
import { createVectorStore } from '../vector-store.ts'
import { openSentenceModel } from './sentence-model.ts'
import { createSentenceQueries } from './sentence-queries.ts'
import { tinyModel } from './testing/tiny-model.ts'

const WORDS = ['[UNK]', '[CLS]', '[SEP]', 'red', 'blue', 'mug', 'lamp']
const WIDTH = 4
const TABLE = Float32Array.from({ length: WORDS.length * WIDTH }, (_, i) => Math.sin(3 * i + 1))
const TOKENIZER = {
  normalizer: { type: 'BertNormalizer', lowercase: true },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: { type: 'BertProcessing', cls: ['[CLS]', 1], sep: ['[SEP]', 2] },
  model: { type: 'WordPiece', vocab: Object.fromEntries(WORDS.map((word, i) => [word, i])) },
}

const root = mkdtempSync(join(tmpdir(), 'sentence-model-'))
afterAll(() => rmSync(root, { recursive: true }))

function folder(name: string, model: Uint8Array = tinyModel(TABLE, WIDTH)): string {
  const path = join(root, name)
  mkdirSync(join(path, '1_Pooling'), { recursive: true })
  writeFileSync(join(path, 'model.onnx'), model)
  writeFileSync(join(path, 'tokenizer.json'), JSON.stringify(TOKENIZER))
  return path
}

/** Mean of rows of the table, of length 1. */
function meanOf(rows: readonly number[]): Float32Array {
  const sum = new Float32Array(WIDTH)
  for (const row of rows) for (let i = 0; i < WIDTH; i++) sum[i]! += TABLE[row * WIDTH + i]!
  return toUnit(sum)
}

function expectNear(vector: Float32Array | undefined, plain: Float32Array): void {
  expect(vector).toHaveLength(plain.length)
  for (const [i, value] of plain.entries()) expect(vector![i]).toBeCloseTo(value, 5)
}

describe('a sentence model from a folder', () => {
  test('pools the mean of the tokens that are there, texts of all lengths together', async () => {
    const model = await openSentenceModel(folder('mean'))
    const [one, two, none] = await model.encode(['Red mug', 'blue', ''])
    expect(model.width).toBe(WIDTH)
    expectNear(one, meanOf([1, 3, 5, 2]))
    expectNear(two, meanOf([1, 4, 2]))
    expectNear(none, meanOf([1, 2]))
    await model.close()
  })

  test('pools the first token where its folder says so', async () => {
    const path = folder('first')
    writeFileSync(join(path, '1_Pooling', 'config.json'), '{"pooling_mode_cls_token": true}')
    const model = await openSentenceModel(path)
    expectNear((await model.encode(['red mug']))[0], meanOf([1]))
    await model.close()
  })

  test('what is missing or no model is said', async () => {
    const failing = (path: string) => openSentenceModel(path)
    await expect(failing(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'ERR_STORE_EMPTY' })
    await expect(failing(folder('broken', Uint8Array.of(1, 2, 3)))).rejects.toMatchObject({
      code: 'ERR_SETTINGS',
    })
  })
})

test('vectors of queries are ready when they were prepared, the oldest make room', async () => {
  let runs = 0
  const encode = async (texts: readonly string[]) => {
    if (texts.length > 0) runs++
    return texts.map(() => Float32Array.of(1))
  }
  const model = { encode, fingerprint: 'model', close: async () => {} }
  const { prepare, vectorOf } = createSentenceQueries(model, 2)
  const known = (text: string) => vectorOf({ text } as Parameters<typeof vectorOf>[0]) !== undefined
  for (const text of ['a', 'a', 'b', 'c', '']) await prepare([text])
  expect([runs, known('a'), known('b'), known('c'), known('')]).toEqual([
    3,
    false,
    true,
    true,
    false,
  ])
})

describeArm('sentence model', {
  async create(index) {
    const model = await openSentenceModel(folder('arm'))
    const store = createVectorStore(model.width)
    const texts = PRODUCTS.map(({ values }) => String(values['title']))
    const vectors = await model.encode(texts)
    for (const [i, { id }] of PRODUCTS.entries()) store.put(id, vectors[i]!)
    const queries = createSentenceQueries(model)
    await queries.prepare(['red mug', 'lamp', 'household'])
    await model.close()
    return createVectorArm(index, store, queries.vectorOf, {
      name: 'sentence-model',
      about: 'Products near the query by a sentence model.',
    })
  },
})
