import { crc32 } from 'node:zlib'
import { StorewrightError } from '../../core/errors.ts'
import { trees } from '../../learn/index.ts'
import { createRankModel, type RankModel, type RankPart } from './model.ts'

const MAGIC = 'SWRANK1\n'
/** Magic, length of the header, checksum of what follows. */
const PREFIX = 16

type PartHeader =
  | { readonly kind: 'trees'; readonly weight: number; readonly bytes: number }
  | {
      readonly kind: 'linear'
      readonly weight: number
      readonly means: readonly number[]
      readonly slopes: readonly number[]
    }

interface Header {
  readonly names: readonly string[]
  readonly parts: readonly PartHeader[]
}

/** A ranking model as one file, with the names of its features; rankModelFromBytes reads it. */
export function rankModelToBytes({ names, parts }: RankModel): Uint8Array {
  const models = parts.flatMap((part) => (part.kind === 'trees' ? [part.model.toBytes()] : []))
  let next = 0
  const header: Header = {
    names,
    parts: parts.map((part) => headerOf(part, () => models[next++]!)),
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const file = new Uint8Array(PREFIX + text.length + models.reduce((sum, of) => sum + of.length, 0))
  file.set(new TextEncoder().encode(MAGIC))
  file.set(text, PREFIX)
  let at = PREFIX + text.length
  for (const bytes of models) {
    file.set(bytes, at)
    at += bytes.length
  }
  const view = new DataView(file.buffer)
  view.setUint32(8, text.length, true)
  view.setUint32(12, crc32(file.subarray(PREFIX)), true)
  return file
}

function headerOf(part: RankPart, nextTrees: () => Uint8Array): PartHeader {
  const { kind, weight } = part
  if (kind === 'trees') return { kind, weight, bytes: nextTrees().length }
  return { kind, weight, means: [...part.model.means], slopes: [...part.model.slopes] }
}

/** Reads what rankModelToBytes wrote. Throws ERR_STORE_DAMAGED on another, cut or changed file. */
export function rankModelFromBytes(file: Uint8Array): RankModel {
  // A copy at the start of its own memory: the slice of a Buffer would share the memory of its file.
  const own = new Uint8Array(file)
  if (new TextDecoder().decode(own.subarray(0, 8)) !== MAGIC)
    throw damaged('it does not start as one')
  if (own.length < PREFIX) throw damaged('it is cut short')
  const view = new DataView(own.buffer)
  const end = PREFIX + view.getUint32(8, true)
  if (end > own.length || crc32(own.subarray(PREFIX)) !== view.getUint32(12, true)) {
    throw damaged('its checksum does not fit: it was cut short or changed')
  }
  // The checksum has shown that this is what rankModelToBytes wrote.
  const header = JSON.parse(new TextDecoder().decode(own.subarray(PREFIX, end))) as Header
  let at = end
  const parts = header.parts.map((part): RankPart => {
    const { kind, weight } = part
    if (kind === 'linear') {
      const model = { means: Float64Array.from(part.means), slopes: Float64Array.from(part.slopes) }
      return { kind, weight, model }
    }
    at += part.bytes
    return { kind, weight, model: trees.treeModelFromBytes(own.subarray(at - part.bytes, at)) }
  })
  return createRankModel(header.names, parts)
}

function damaged(why: string): StorewrightError {
  return new StorewrightError('ERR_STORE_DAMAGED', `this is no ranking model: ${why}`, {
    next: 'Train the model again, or take the file from a backup.',
  })
}
