import { crc32 } from 'node:zlib'
import { addPrefixHashes } from './subjects.ts'

/*
 * The signature of a block: the 32-bit hashes of all prefixes of its subjects, each once, after
 * the CRC-32 of them; little-endian, as LMDB's own files are. A read under a prefix skips, without
 * unpacking, each block whose signature lacks the prefix. An index entry for every prefix would
 * scatter each append over the whole B-tree, one page written for every event: subjects hold ids.
 */

/** Packs the hashes of all prefixes of the subjects. */
export function encodeSignature(subjects: Iterable<string>): Buffer {
  const hashes = new Set<number>()
  for (const subject of subjects) addPrefixHashes(subject, hashes)
  const words = new Uint32Array(1 + hashes.size)
  let next = 1
  for (const hash of hashes) words[next++] = hash
  const bytes = Buffer.from(words.buffer)
  words[0] = crc32(bytes.subarray(4))
  return bytes
}

/** False when no subject has the prefix of this hash; undefined when the signature is damaged. */
export function mayHave(signature: Buffer, hash: number): boolean | undefined {
  // A copy where the bytes do not start on a word: typed arrays ask for that.
  const bytes = signature.byteOffset % 4 === 0 ? signature : Buffer.from(new Uint8Array(signature))
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2)
  if (words[0] !== crc32(bytes.subarray(4))) return undefined
  return words.indexOf(hash, 1) >= 0
}
