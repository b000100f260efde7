import { arrayOf, type PackedArray, pack, unpack } from '../values/pack.ts'
import type { ExtractedField } from './extract.ts'

/** Extracted values as bytes; products by id, because document numbers are the index's own. */
export function packExtracted(
  fields: readonly ExtractedField[],
  idOf: (doc: number) => string | undefined,
): Uint8Array<ArrayBuffer> {
  const arrays: Record<string, PackedArray> = {}
  const texts: Record<string, readonly string[]> = {}
  fields.forEach(({ values, docs, codes, confidences }, f) => {
    texts[`values${f}`] = values
    texts[`ids${f}`] = Array.from(docs, (doc) => idOf(doc) ?? '')
    arrays[`codes${f}`] = new Int32Array(codes)
    arrays[`confidences${f}`] = new Float32Array(confidences)
  })
  return pack({ facts: fields.map(({ field }) => field), arrays, texts })
}

/** Extracted values from bytes; products that are no more are left out. */
export function unpackExtracted(
  bytes: Uint8Array,
  docOf: (id: string) => number,
): ExtractedField[] {
  const bundle = unpack(bytes)
  return (bundle.facts as readonly string[]).map((field, f) => {
    const codes = arrayOf(bundle, `codes${f}`, 'i32')
    const confidences = arrayOf(bundle, `confidences${f}`, 'f32')
    const rows = bundle.texts[`ids${f}`]!.map((id, i) => ({ doc: docOf(id), i }))
      .filter(({ doc }) => doc >= 0)
      .sort((a, b) => a.doc - b.doc)
    return {
      field,
      values: bundle.texts[`values${f}`]!,
      docs: Int32Array.from(rows, ({ doc }) => doc),
      codes: Int32Array.from(rows, ({ i }) => codes[i]!),
      confidences: Float32Array.from(rows, ({ i }) => confidences[i]!),
    }
  })
}
