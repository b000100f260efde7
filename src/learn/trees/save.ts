import { crc32 } from 'node:zlib'
import { StorewrightError } from '../../core/errors.ts'
import type { FeatureBins } from './binning.ts'
import type { ModelData } from './boost.ts'
import { arrangeColumns, type FeatureSpec } from './prepare.ts'
import type { Tree } from './tree.ts'

// File: 8 bytes "SWTREES1", u32 length of the header, u32 CRC-32 of all that follows, header (JSON),
// sections (each at a multiple of 8 from the start of the file, little endian, in header order).
const MAGIC = 'SWTREES1'
const PREFIX = 16

interface FeatureHeader {
  readonly name: string
  readonly monotone: -1 | 0 | 1
  readonly kind: 'number' | 'category'
  readonly binCount: number
  /** Edges or codes. */
  readonly length: number
}

interface Header {
  readonly objective: ModelData['objective']
  readonly outputs: number
  readonly bestRound: number
  readonly history: number
  readonly features: readonly FeatureHeader[]
  /** Per tree: output, inner nodes, values a leaf. */
  readonly trees: readonly (readonly [output: number, nodes: number, width: number])[]
}

type Section = Float64Array | Int32Array | Uint8Array

/** The model as one file. */
export function modelToBytes(data: ModelData): Uint8Array {
  const header: Header = {
    objective: data.objective,
    outputs: data.outputs,
    bestRound: data.bestRound,
    history: data.history.length,
    features: data.binning.features.map(featureHeader),
    trees: data.trees.map((tree) => [
      tree.output,
      tree.feature.length,
      tree.values.length / tree.leafRows.length,
    ]),
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const sections = sectionsOf(data)
  const size = sections.reduce((at, s) => aligned(at) + s.byteLength, PREFIX + text.length)
  const file = new Uint8Array(size)
  file.set(new TextEncoder().encode(MAGIC))
  file.set(text, PREFIX)
  let at = PREFIX + text.length
  for (const section of sections) {
    at = aligned(at)
    file.set(new Uint8Array(section.buffer, section.byteOffset, section.byteLength), at)
    at += section.byteLength
  }
  const view = new DataView(file.buffer)
  view.setUint32(8, text.length, true)
  view.setUint32(12, crc32(file.subarray(PREFIX)), true)
  return file
}

const aligned = (at: number) => Math.ceil(at / 8) * 8

function featureHeader({ name, monotone, bins }: FeatureSpec): FeatureHeader {
  const length = bins.kind === 'number' ? bins.edges.length : bins.codeBins.length
  return { name, monotone, kind: bins.kind, binCount: bins.binCount, length }
}

function sectionsOf(data: ModelData): Section[] {
  const bins = data.binning.features.map(({ bins }) =>
    bins.kind === 'number' ? bins.edges : bins.codeBins,
  )
  const trees = data.trees.flatMap((tree) => [
    tree.gain,
    tree.nodeRows,
    tree.leafRows,
    tree.values,
    tree.feature,
    tree.left,
    tree.right,
    tree.bin,
    tree.missingLeft,
    tree.sets,
  ])
  return [data.start, Float64Array.from(data.history), ...bins, ...trees]
}

/**
 * Reads what modelToBytes wrote. Throws ERR_STORE_DAMAGED when the file is of another kind or
 * version, cut short or changed.
 */
export function modelFromBytes(file: Uint8Array): ModelData {
  // A copy at the start of its own memory: the slice of a Buffer would share the memory of its file.
  const own = new Uint8Array(file)
  const magic = new TextDecoder().decode(own.subarray(0, 8))
  if (magic.slice(0, 7) !== MAGIC.slice(0, 7)) throw damaged('it does not start as one')
  if (magic !== MAGIC) throw damaged(`it is of version ${magic.slice(7)}, this program reads 1`)
  if (own.length < PREFIX) throw damaged('it is cut short')
  const view = new DataView(own.buffer)
  const headerLength = view.getUint32(8, true)
  if (PREFIX + headerLength > own.length) throw damaged('it is cut short')
  if (crc32(own.subarray(PREFIX)) !== view.getUint32(12, true)) {
    throw damaged('its checksum does not fit: it was cut short or changed')
  }
  const text = new TextDecoder().decode(own.subarray(PREFIX, PREFIX + headerLength))
  // The checksum has shown that this is what modelToBytes wrote.
  const header = JSON.parse(text) as Header
  return readData(header, sectionReader(own, PREFIX + headerLength))
}

function damaged(why: string): StorewrightError {
  return new StorewrightError('ERR_STORE_DAMAGED', `this is no tree model: ${why}`, {
    next: 'Train the model again, or take the file from a backup.',
  })
}

interface SectionReader {
  doubles(length: number): Float64Array
  ints(length: number): Int32Array
  bytes(length: number): Uint8Array
}

function sectionReader(file: Uint8Array, start: number): SectionReader {
  let at = start
  const take = (bytes: number) => {
    const begin = aligned(at)
    at = begin + bytes
    if (at > file.length) throw damaged('it is cut short')
    return file.buffer.slice(begin, at) as ArrayBuffer
  }
  return {
    doubles: (length) => new Float64Array(take(8 * length)),
    ints: (length) => new Int32Array(take(4 * length)),
    bytes: (length) => new Uint8Array(take(length)),
  }
}

function readData(header: Header, read: SectionReader): ModelData {
  const start = read.doubles(header.outputs)
  const history = Array.from(read.doubles(header.history))
  const features = header.features.map((feature): FeatureSpec => {
    const { name, monotone } = feature
    return { name, monotone, bins: readBins(feature, read) }
  })
  return {
    objective: header.objective,
    outputs: header.outputs,
    binning: arrangeColumns(features),
    start,
    trees: header.trees.map(([output, nodes, width]) => readTree(output, nodes, width, read)),
    bestRound: header.bestRound,
    history,
  }
}

function readBins({ kind, binCount, length }: FeatureHeader, read: SectionReader): FeatureBins {
  if (kind === 'number') return { kind, edges: read.doubles(length), binCount }
  return { kind, codeBins: read.bytes(length), binCount }
}

function readTree(output: number, nodes: number, width: number, read: SectionReader): Tree {
  const leaves = nodes + 1
  return {
    output,
    gain: read.doubles(nodes),
    nodeRows: read.doubles(nodes),
    leafRows: read.doubles(leaves),
    values: read.doubles(leaves * width),
    feature: read.ints(nodes),
    left: read.ints(nodes),
    right: read.ints(nodes),
    bin: read.bytes(nodes),
    missingLeft: read.bytes(nodes),
    sets: read.bytes(32 * nodes),
  }
}
