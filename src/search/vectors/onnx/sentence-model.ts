import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { StorewrightError } from '../../../core/errors.ts'
import { toUnit } from '../encoder.ts'
import { createTokenizer, type Tokenizer } from './tokenizer.ts'

type Runtime = typeof import('onnxruntime-web')
type Session = Awaited<ReturnType<Runtime['InferenceSession']['create']>>

/** A sentence-embedding model from a folder. */
export interface SentenceModel {
  /** Numbers of a vector. */
  readonly width: number
  /** What tells one model from another: a hash of its files. */
  readonly fingerprint: string
  /** Vectors of texts, each of length 1. */
  encode(texts: readonly string[]): Promise<readonly Float32Array[]>
  close(): Promise<void>
}

const MODEL_FILES = ['model.onnx', 'onnx/model.onnx', 'onnx/model_quantized.onnx'] as const
/** Texts that are run together, padded to the longest of them. */
const BATCH = 32

/**
 * Opens a model as Hugging Face keeps them: model.onnx (or onnx/model.onnx), tokenizer.json, and
 * 1_Pooling/config.json where the first token is pooled in place of the mean. Needs the package
 * onnxruntime-web. Throws ERR_STORE_EMPTY where a file or the package is missing, ERR_SETTINGS on a
 * tokenizer or model of another kind.
 */
export async function openSentenceModel(folder: string): Promise<SentenceModel> {
  const path = MODEL_FILES.map((name) => join(folder, name)).find((file) => existsSync(file))
  const words = join(folder, 'tokenizer.json')
  for (const file of [path ?? join(folder, MODEL_FILES[0]), words]) {
    if (existsSync(file)) continue
    throw new StorewrightError('ERR_STORE_EMPTY', 'the folder of the model misses a file', {
      file,
      next: 'Put model.onnx and tokenizer.json of a sentence-embedding model there.',
    })
  }
  const vocabulary = readFileSync(words)
  const network = readFileSync(path!)
  const tokenizer = createTokenizer(vocabulary.toString('utf8'), words)
  const runtime = await loadRuntime()
  const session = await openSession(runtime, network, path!)
  const run = { runtime, session, tokenizer, firstToken: poolsFirstToken(folder) }
  const [probe] = await encodeBatch(run, ['a'])
  const hash = createHash('sha256').update(vocabulary).update(network)
  return {
    width: probe!.length,
    fingerprint: hash.update(String(run.firstToken)).digest('hex'),
    async encode(texts) {
      const vectors: Float32Array[] = []
      for (let from = 0; from < texts.length; from += BATCH) {
        vectors.push(...(await encodeBatch(run, texts.slice(from, from + BATCH))))
      }
      return vectors
    },
    close: () => session.release(),
  }
}

async function loadRuntime(): Promise<Runtime> {
  try {
    const runtime = await import('onnxruntime-web')
    runtime.env.wasm.numThreads = 1
    return runtime
  } catch (cause) {
    throw new StorewrightError('ERR_STORE_EMPTY', 'the package onnxruntime-web is not installed', {
      next: 'Run `npm install onnxruntime-web`, or search without a sentence model.',
      cause,
    })
  }
}

async function openSession(runtime: Runtime, network: Buffer, path: string): Promise<Session> {
  try {
    return await runtime.InferenceSession.create(network)
  } catch (cause) {
    throw new StorewrightError('ERR_SETTINGS', 'the model cannot be opened', {
      file: path,
      next: 'Give an ONNX model that runs on the CPU with opset 20 or lower.',
      cause,
    })
  }
}

function poolsFirstToken(folder: string): boolean {
  const path = join(folder, '1_Pooling', 'config.json')
  return existsSync(path) && /"pooling_mode_cls_token"\s*:\s*true/.test(readFileSync(path, 'utf8'))
}

interface ModelRun {
  readonly runtime: Runtime
  readonly session: Session
  readonly tokenizer: Tokenizer
  readonly firstToken: boolean
}

async function encodeBatch(run: ModelRun, texts: readonly string[]): Promise<Float32Array[]> {
  const { runtime, session, tokenizer, firstToken } = run
  const tokens = texts.map((text) => tokenizer(text))
  const time = Math.max(1, ...tokens.map((one) => one.length))
  const dims = [texts.length, time]
  const [ids, mask] = [
    new BigInt64Array(texts.length * time),
    new BigInt64Array(texts.length * time),
  ]
  tokens.forEach((one, row) => {
    one.forEach((token, i) => {
      ids[row * time + i] = BigInt(token)
      mask[row * time + i] = 1n
    })
  })
  const known: Readonly<Record<string, BigInt64Array>> = {
    input_ids: ids,
    attention_mask: mask,
    token_type_ids: new BigInt64Array(ids.length),
  }
  const feeds = Object.fromEntries(
    session.inputNames.map((name) => {
      const values = known[name]
      if (values === undefined) throw misfit(`it asks for ${name}`)
      return [name, new runtime.Tensor('int64', values, dims)]
    }),
  )
  const results = await session.run(feeds)
  const names = session.outputNames
  const name = names.find((one) => one === 'sentence_embedding') ?? names[0]!
  const { data, dims: shape } = results[name]!
  if (!(data instanceof Float32Array)) throw misfit(`${name} is not of float32`)
  const lengths = tokens.map((one) => one.length)
  return pool(data, shape, lengths, firstToken)
}

/** Mean over the tokens that are there (or the first one), of length 1. */
function pool(
  data: Float32Array,
  shape: readonly number[],
  lengths: readonly number[],
  firstToken: boolean,
): Float32Array[] {
  const width = shape.at(-1)!
  if (shape.length === 2) {
    return lengths.map((_, row) => toUnit(data.slice(row * width, (row + 1) * width)))
  }
  if (shape.length !== 3) throw misfit(`its result has the shape [${shape}]`)
  const time = shape[1]!
  return lengths.map((length, row) => {
    const sum = new Float32Array(width)
    for (let t = 0; t < (firstToken ? 1 : length); t++) {
      const at = (row * time + t) * width
      for (let i = 0; i < width; i++) sum[i]! += data[at + i]!
    }
    return toUnit(sum)
  })
}

function misfit(why: string): StorewrightError {
  return new StorewrightError('ERR_SETTINGS', `the model is no sentence model: ${why}`, {
    next: 'Give a model with input_ids and attention_mask, and vectors of its tokens as the result.',
  })
}
